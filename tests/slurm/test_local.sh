#!/bin/bash
# slurm/local.sh in a fresh copy of the sources: builds, makes a snapshot, runs, shows counts; works twice.
# timeout: 900
. "$BF_SOURCE_DIR/tests/support/check.sh"

tar -C "$BF_SOURCE_DIR" --exclude='./build*' --exclude=./local --exclude=./.git -cf - . | tar xf -
for wrong in 0 -1 x ''; do
    expect_exit 2 bash slurm/local.sh --np "$wrong"
    expect_text err "--np: expected a number of ranks" 1
done
expect_exit 2 bash slurm/local.sh --np

# More ranks than cores; no network; not the environment that ctest made for mpirun.
unset "${!OMPI_@}"
BF_LIMIT_S=800
expect_exit 0 bash slurm/local.sh --np 3
expect_text err "phase publish" 1
expect_text out "$SCRATCH/local/snapshot" 1
expect_text out "$SCRATCH/local/results.h5" 1
expect_text out "$SCRATCH/local/report.html" 1
expect_text local/report.html "845 dates"
for table in team_defense_zone_analysis player_shot_zone_analysis player_composite_factors player_daily_cache \
    ml_feature_store_v2 precompute_failures; do
    expect_text out "$table"
done

BF_LIMIT_S=60
expect_exit 0 bash slurm/local.sh --np=2
expect_text err "nothing to do" 1
expect_exit 2 bash slurm/local.sh --np 1 --seasons 2023-2024
expect_exit 0 bash slurm/local.sh --np 1 --seasons 2023-2024 --no-resume
