#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Runs the leaking test in the environment of all tests; not part of 'make check' (see contrib/run-tests).
exec ./tests/lib/leak
