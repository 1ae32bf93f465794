"""MkDocs hooks: pictures of benchmarks/results/ become part of the site; links to other files of the repository become text.

The pages link to ../benchmarks/results/NAME.jpg, which is right where the repository is shown. No copies are kept in docs/.
"""

import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

PICTURES = "benchmarks/results"
ENDINGS = (".jpg", ".png")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pictures, at the path that they have in the repository."""
    root = Path(config.config_file_path).parent
    for path in sorted((root / PICTURES).iterdir()):
        if path.suffix in ENDINGS:
            files.append(File.generated(config, f"{PICTURES}/{path.name}", abs_src_path=str(path)))
    return files


def on_page_markdown(markdown: str, **_: object) -> str:
    """Let links to pictures lead into the site, and drop links to other files outside docs/."""
    markdown = markdown.replace(f"](../{PICTURES}/", f"]({PICTURES}/")
    return re.sub(r"(?<!!)\[([^\]]+)\]\(\.\./[^)]+\)", r"\1", markdown)
