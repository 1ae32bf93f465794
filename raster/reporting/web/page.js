// page.js: begins.
Gallery.begin();
Strips.begin();
Large.begin();
