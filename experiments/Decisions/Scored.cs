using LiftPlus.Decisions;

namespace LiftPlus.Experiments.Decisions;

/// <summary>Takes and draws parts of what a model computed for images.</summary>
internal static class Scored
{
    public static ScoredImages Take(this ScoredImages images, int[] rows) =>
        new(images.Features.Take(rows), images.Logits.Take(rows), [.. rows.Select(row => images.Labels[row])]);

    /// <summary>Divides each class's images at random.</summary>
    public static (ScoredImages First, ScoredImages Others) Split(this ScoredImages images, int firstPerClass, Random random)
    {
        int[][] ofClasses =
        [
            .. Enumerable
                .Range(0, images.Count)
                .GroupBy(row => images.Labels[row])
                .Select(rows =>
                {
                    int[] order = [.. rows];
                    random.Shuffle(order);
                    return order;
                }),
        ];
        return (
            images.Take([.. ofClasses.SelectMany(rows => rows[..firstPerClass])]),
            images.Take([.. ofClasses.SelectMany(rows => rows[firstPerClass..])])
        );
    }

    /// <summary>Draws images with replacement, with classes of the given shares.</summary>
    public static ScoredImages Draw(this ScoredImages images, int count, double[] shares, Random random)
    {
        ILookup<int, int> rows = Enumerable.Range(0, images.Count).ToLookup(row => images.Labels[row]);
        int[][] ofClass = [.. shares.Select((_, label) => rows[label].ToArray())];
        return images.Take([.. Enumerable.Range(0, count).Select(_ => One())]);

        int One()
        {
            double u = random.NextDouble();
            int label = 0;
            for (; label < shares.Length - 1 && u >= shares[label]; label++)
                u -= shares[label];
            return ofClass[label][random.Next(ofClass[label].Length)];
        }
    }

    /// <summary>Returns the logits of a model with the preference for frequent classes that long-tailed data give.</summary>
    public static ScoredImages Biased(this ScoredImages images, double[] shares) =>
        images with
        {
            Logits = new Rows([.. images.Logits.Values.Select((z, i) => (float)(z + Math.Log(shares[i % shares.Length])))], shares.Length),
        };
}
