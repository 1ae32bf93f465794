"""B scenes as arrays, what randomizers may ask for, and the sampler that fills the arrays."""
