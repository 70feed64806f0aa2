using LiftPlus.Decisions;

namespace LiftPlus.Tests.Decisions;

/// <summary>Makes audited images of drawn features, each with its own hash and look.</summary>
internal static class LabelWorld
{
    public const int Classes = 8;

    /// <summary>Draws images of long-tailed classes, the rarest of which has one.</summary>
    public static AuditedImages Draw(int seed, double noise = 0.25)
    {
        int[] labels = [.. new[] { 60, 40, 25, 12, 6, 3, 2, 1 }.SelectMany((count, label) => Enumerable.Repeat(label, count))];
        return From(new TailWorld(seed, Classes, noise: noise).Draw(labels), seed);
    }

    public static AuditedImages From(ScoredImages drawn, int seed)
    {
        var random = new Random(1000 + seed);
        float[] looks = [.. Enumerable.Range(0, 10 * drawn.Count).Select(_ => (float)(random.NextDouble() - 0.5))];
        UInt128[] hashes = [.. drawn.Labels.Select(_ => new UInt128((ulong)random.NextInt64(), (ulong)random.NextInt64()))];
        return new AuditedImages(drawn.Features, drawn.Labels, hashes, new Rows(looks, 10).Normalized()) { Texts = drawn.Logits };
    }
}
