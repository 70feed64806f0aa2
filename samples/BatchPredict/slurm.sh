#!/usr/bin/env bash
# Plan once: dotnet /data/app/BatchPredict.dll plan /data/job /data/flowers-model /data/shards
# Start the workers: sbatch slurm.sh; submit the same array again until all shards are complete.
#SBATCH --job-name=batch-predict
#SBATCH --array=0-15
#SBATCH --cpus-per-task=4
#SBATCH --mem=4G
#SBATCH --time=04:00:00
#SBATCH --requeue
exec dotnet /data/app/BatchPredict.dll run /data/job
