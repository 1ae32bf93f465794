// Nothing but depth: what is nearest to a light.
#version 430

void main() {}
