"""python read_by_datumaro.py FOLDER FORMAT: what Datumaro reads there, as JSON. For the environment that has it alone.

{"id": [split, [[class, [x, y, w, h]] of each box], [[class, sha256 of its packed bits] of each mask]]}
"""

import hashlib
import json
import sys

import datumaro
import numpy as np

dataset = datumaro.Dataset.import_from(sys.argv[1], sys.argv[2])
names = [each.name for each in dataset.categories()[datumaro.AnnotationType.label]]
found = {}
for item in dataset:
    assert item.media.data.ndim == 3  # it decodes
    boxes = [[names[each.label], each.get_bbox()] for each in item.annotations if isinstance(each, datumaro.Bbox)]
    labelled = [each for each in item.annotations if isinstance(each, datumaro.Mask) and each.label is not None]
    masks = [(names[each.label], np.asarray(each.image, bool)) for each in labelled]  # the category 0 is no label there
    sums = [[name, hashlib.sha256(np.packbits(mask).tobytes()).hexdigest()] for name, mask in masks]
    found[item.id] = [item.subset, [[name, [float(each) for each in box]] for name, box in boxes], sums]
print(json.dumps(found))
