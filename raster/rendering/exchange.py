"""exchange: lets a renderer draw scenes of another catalog or library, with the programs and targets that it has."""

from raster.assets.catalog import Catalog
from raster.assets.library import Library
from raster.rendering.base_color_textures import BaseColorTextures
from raster.rendering.mesh_buffers import MeshBuffers
from raster.rendering.renderer import GPU_BUDGET, SOFTWARE_BUDGET, Renderer
from raster.rendering.scene_textures import SceneTextures


def exchange(renderer: Renderer, catalog: Catalog, library: Library) -> None:
    """Upload another catalog and library in place of a renderer's, where they are others; its shaders stay compiled.

    ValueError for a catalog whose meshes need other shaders: of Catalog(.., fine=True) in place of one without, or the reverse.
    """
    if catalog.fine != renderer.catalog.fine:
        raise ValueError("exchange: the shaders of a catalog with fine=True are others; make another Renderer")
    budget = SOFTWARE_BUDGET if renderer.info.software else GPU_BUDGET
    with renderer.lease.current() as ctx:
        if library is not renderer.library:
            renderer.textures.release()
            renderer.textures = SceneTextures(renderer.gl, library, ctx.extensions)
        if catalog is not renderer.catalog:
            renderer.meshes.release()
            renderer.base_color_textures.release()
            renderer.meshes = MeshBuffers(ctx, catalog, budget)
            renderer.base_color_textures = BaseColorTextures(renderer.gl, catalog, budget // 2)
            renderer.shadows.inputs = None  # so that the next batch connects everything to the new buffers
    renderer.catalog, renderer.library = catalog, library
