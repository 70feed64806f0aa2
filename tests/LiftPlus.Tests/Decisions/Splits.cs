using LiftPlus.Decisions;

namespace LiftPlus.Tests.Decisions;

/// <summary>Divides images at random.</summary>
internal static class Splits
{
    public static IEnumerable<(ScoredImages Validation, ScoredImages Test)> Of(ScoredImages all, int count, int first)
    {
        var random = new Random(11);
        int[] order = [.. Enumerable.Range(0, all.Count)];
        for (int i = 0; i < count; i++)
        {
            random.Shuffle(order);
            yield return (Take(all, order[..first]), Take(all, order[first..]));
        }
    }

    public static ScoredImages Take(ScoredImages all, int[] rows) =>
        new(all.Features.Take(rows), all.Logits.Take(rows), [.. rows.Select(row => all.Labels[row])]);
}
