// Writes nothing: the depth of what is drawn is all that is kept.
#version 430

void main() {}
