"""Tests of roughness and exponents of highlights."""

import numpy as np

from raster.roughness import SHININESS, roughness_of, shininess_of


def test_roughness_becomes_the_exponent_that_pbr_reads_as_its_square():
    roughness = np.linspace(0.3, 0.9, 7)
    np.testing.assert_allclose(np.sqrt(2 / (shininess_of(roughness) + 2)), roughness**2, rtol=1e-6)


def test_one_way_and_back():
    exponents = np.geomspace(*SHININESS, 9)
    np.testing.assert_allclose(shininess_of(roughness_of(exponents)), exponents, rtol=1e-9)
    assert roughness_of(0.0) == 1
    assert shininess_of(np.array([0.0, 1.0])).tolist() == [SHININESS[1], SHININESS[0]]
