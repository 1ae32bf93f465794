// The fragment shader of shadow maps. It writes nothing: the depth of what is nearest to the light is all that is kept.
#version 430

void main() {}
