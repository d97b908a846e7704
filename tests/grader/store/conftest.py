"""Lets failing assertions of the shared contract show their values."""

import pytest

pytest.register_assert_rewrite("tests.grader.store.contract")
