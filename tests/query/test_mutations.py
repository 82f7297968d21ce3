"""The conformance table is sharp: whatever operator is broken, at least three of its rows notice."""

from __future__ import annotations

import pytest

from tests.query.mutations import ENOUGH, MUTATIONS, Mutation, first_that_notice


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name)
def test_three_rows_notice(mutation: Mutation) -> None:
    assert len(first_that_notice(mutation)) >= ENOUGH
