using System.Diagnostics;
using System.Text.Json.Nodes;
using static TorchSharp.torch;

namespace LiftPlus.Benchmarks;

/// <summary>Inference in float32 beside ONNX Runtime with the same weights, one image and a batch at a time, in turn.</summary>
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
            using var peer = new OnnxRuntimePeer(step, batch);
            float[] ours = step.InferLogits(batch);
            float[] theirs = peer.Infer();
            double ourSeconds = double.MaxValue;
            double theirSeconds = double.MaxValue;
            for (int round = 0; round < Rounds; round++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                for (int repeat = 0; repeat < Repeats; repeat++) // the first of them meets the other's threads on their way to sleep
                {
                    ourSeconds = Math.Min(ourSeconds, Seconds(() => step.Infer(batch)));
                }

                for (int repeat = 0; repeat < Repeats; repeat++)
                    theirSeconds = Math.Min(theirSeconds, Seconds(() => peer.Infer()));
            }

            figures[$"batch{batch}"] = Math.Round(theirSeconds / ourSeconds, 3);
            figures[$"ourMillisecondsBatch{batch}"] = Math.Round(1e3 * ourSeconds, 1);
            figures[$"theirMillisecondsBatch{batch}"] = Math.Round(1e3 * theirSeconds, 1);
            figures[$"largestDifferenceBatch{batch}"] = Math.Round(ours.Zip(theirs, (a, b) => Math.Abs((double)a - b)).Max(), 6);
        }

        return figures;
    }

    private static double Seconds(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
