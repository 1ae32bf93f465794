"""BaseColorTextures: the pictures of imported meshes, in textures of three sizes; uploaded when a batch shows them."""

import numpy as np

from raster.assets.catalog import Catalog
from raster.gl.functions import GLFunctions
from raster.rendering.picture_array import PictureArray
from raster.rendering.picture_sizes import CLASSES, class_sides
from raster.rendering.shader_constants import BASE_COLORS, IMAGE_SHIFT, SIZE_SHIFT, TEXTURE_MASK, WRAP_SHIFT
from raster.scene.materials import TEXTURES

BASE_COLOR = TEXTURES.index("base_color")
MASK_BITS = (1 << WRAP_SHIFT) - 1  # of INSTANCE["picture"]


class BaseColorTextures:
    """Texels of each picture in the sizes that are shown, with mipmaps. Layer 0 is white, for meshes without a picture."""

    def __init__(self, gl: GLFunctions, catalog: Catalog, budget: int):
        """budget: bytes; it is exceeded only if a single batch needs more."""
        self.gl, self.meshes, self.pictures = gl, catalog.imported, catalog.mesh_materials.pictures
        self.classes = [PictureArray(gl, side, len(self.pictures), budget // CLASSES)
                        for side in class_sides(catalog.mesh_materials.largest_px)]  # fmt: skip
        sides = [array.side for array in self.classes]
        own = [self.meshes[mesh].pictures[number].side for mesh, number in self.pictures]
        self.own_class = np.array([0, *(sides.index(side) for side in own)], np.uint32)  # of each picture, by its number

    def make_resident(self, instances: np.ndarray) -> None:
        """Upload the pictures that are shown and not there yet, and write their layer numbers into the rows.

        instances (I,) INSTANCE: the image bits of `surface`, where the texture is base_color, and the mask bits of `picture`
        are changed in place from the picture's number, 0 = none, to its layer number. A picture whose alpha cuts a mesh out is
        used in its whole size, so that the outline does not depend on the distance.
        """
        shown = np.flatnonzero((instances["surface"] & TEXTURE_MASK) == BASE_COLOR)
        cut = np.flatnonzero(instances["picture"] & MASK_BITS)
        images = instances["surface"][shown] >> IMAGE_SHIFT
        masks = instances["picture"][cut] & MASK_BITS
        own = self.own_class
        wanted = np.concatenate([np.minimum(instances["size_class"][shown], own[images]), own[masks]])
        numbers = np.concatenate([images, masks])
        layers = np.zeros(len(numbers), np.uint32)
        for k, array in enumerate(self.classes):
            of = (wanted == k) & (numbers > 0)
            if of.any():
                layers[of] = array.layers(numbers[of], self._levels) | np.uint32(k << SIZE_SHIFT)
        instances["surface"][shown] += (layers[: len(shown)] - images) * np.uint32(1 << IMAGE_SHIFT)
        instances["picture"][cut] += layers[len(shown) :] - masks

    def _levels(self, picture: int, side: int) -> list[np.ndarray]:
        """The mipmaps of a picture, by its number, from that with this side on."""
        mesh, own = self.pictures[picture - 1]
        return self.meshes[mesh].picture(own, side)

    def bind(self) -> None:
        """Let the passes read them."""
        for unit, array in zip(BASE_COLORS, self.classes, strict=True):
            self.gl.bind(unit, array.texture)

    def release(self) -> None:
        """Free the textures."""
        self.gl.delete_textures(*(array.texture for array in self.classes))
