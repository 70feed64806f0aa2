using System.Diagnostics;
using System.Text.Json.Nodes;
using static TorchSharp.torch;

namespace LiftPlus.Benchmarks;

/// <summary>
/// Inference in float32 beside ONNX Runtime with the same weights, in float32 and in int8, one image and a batch at a time, in turn.
/// </summary>
internal static class OnnxRuntimeBenchmark
{
    private const int Rounds = 5;
    private const int Repeats = 2;

    public static JsonObject Run(CancellationToken cancellationToken)
    {
        JsonObject figures = [];
        using var step = new VitStep(float32);
        foreach (int batch in new[] { 1, VitStep.BatchSize })
        {
            using OnnxRuntimePeer peer = new(step, batch),
                small = new(step, batch, OnnxWeights.Int8);
            float[] ours = step.InferLogits(batch);
            float[] packed = step.InferLogits(batch, isPacked: true);
            double ourSeconds = double.MaxValue,
                packedSeconds = double.MaxValue,
                theirSeconds = double.MaxValue,
                smallSeconds = double.MaxValue;
            for (int round = 0; round < Rounds; round++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                ourSeconds = Math.Min(ourSeconds, Seconds(() => step.Infer(batch)));
                packedSeconds = Math.Min(packedSeconds, Seconds(() => step.Infer(batch, isPacked: true)));
                theirSeconds = Math.Min(theirSeconds, Seconds(() => peer.Infer()));
                smallSeconds = Math.Min(smallSeconds, Seconds(() => small.Infer()));
            }

            figures[$"batch{batch}"] = Math.Round(theirSeconds / ourSeconds, 3);
            figures[$"packedBatch{batch}"] = Math.Round(theirSeconds / packedSeconds, 3);
            figures[$"packedMillisecondsBatch{batch}"] = Math.Round(1e3 * packedSeconds, 1);
            figures[$"ourMillisecondsBatch{batch}"] = Math.Round(1e3 * ourSeconds, 1);
            figures[$"theirMillisecondsBatch{batch}"] = Math.Round(1e3 * theirSeconds, 1);
            figures[$"int8MillisecondsBatch{batch}"] = Math.Round(1e3 * smallSeconds, 1);
            figures[$"int8SpeedupBatch{batch}"] = Math.Round(theirSeconds / smallSeconds, 3);
            figures[$"largestDifferenceBatch{batch}"] = LargestDifference(ours, peer.Infer());
            figures[$"packedLargestDifferenceBatch{batch}"] = LargestDifference(packed, peer.Infer());
            figures[$"int8LargestDifferenceBatch{batch}"] = LargestDifference(ours, small.Infer());
            figures["megabytes"] = peer.FileMegabytes;
            figures["int8Megabytes"] = small.FileMegabytes;
        }

        return figures;
    }

    private static double LargestDifference(float[] ours, float[] theirs) =>
        Math.Round(ours.Zip(theirs, (a, b) => Math.Abs((double)a - b)).Max(), 6);

    // The best of several: the first meets the other's threads on their way to sleep.
    private static double Seconds(Action action)
    {
        double best = double.MaxValue;
        for (int repeat = 0; repeat < Repeats; repeat++)
        {
            long start = Stopwatch.GetTimestamp();
            action();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return best;
    }
}
