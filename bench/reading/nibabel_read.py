"""Seconds that nibabel takes to read an image as float32, one number a run. Arguments: the image, runs."""
import sys
import time

import nibabel
import numpy

image, runs = sys.argv[1], int(sys.argv[2])


def read():
    return numpy.array(nibabel.load(image).dataobj, dtype=numpy.float32)  # a copy: what is mapped was not read


voxels = read().size
seconds = []
for _ in range(runs):
    begun = time.perf_counter()
    assert read().size == voxels
    seconds.append(time.perf_counter() - begun)

print(voxels, *seconds)
