using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Decisions;

/// <summary>Represents the most similar rows (N, K) of every row by the cosine, the most similar first.</summary>
/// <param name="Places">The places of those rows; -1 where there are fewer than K.</param>
/// <param name="Cosines">Their cosines.</param>
/// <param name="Count">K.</param>
internal sealed record Nearest(int[] Places, float[] Cosines, int Count)
{
    private const int CosinesPerPass = 1 << 24; // 64 MB

    /// <summary>Searches exactly, in blocks of bounded memory.</summary>
    /// <param name="units">Rows (N, D) of length 1.</param>
    /// <param name="among">Rows (M, D) of length 1 to search in; null for the rows themselves, of which each leaves itself out.</param>
    /// <param name="count">K.</param>
    /// <param name="cancellationToken">Stops between blocks.</param>
    public static Nearest Find(Rows units, Rows? among, int count, CancellationToken cancellationToken)
    {
        using IDisposable noGrad = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Tensor rows = Products.ToTensor(units),
            others = among is Rows given ? Products.ToTensor(given) : rows; // (M, D)
        int found = (int)Math.Min(among is null ? count + 1 : count, others.shape[0]);
        int[] places = new int[units.Count * count];
        float[] cosines = new float[places.Length];
        Array.Fill(places, -1);
        int block = (int)Math.Max(1, CosinesPerPass / others.shape[0]);
        for (int start = 0; start < units.Count; start += block)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using DisposeScope pass = NewDisposeScope();
            int length = Math.Min(block, units.Count - start);
            (Tensor values, Tensor indices) = rows.narrow(0, start, length).mm(others.t()).topk(found, 1); // (B, K + 1)
            float[] top = values.data<float>().ToArray();
            long[] at = indices.data<long>().ToArray();
            for (int row = 0; row < length; row++)
            {
                int filled = 0;
                for (int i = row * found; i < (row + 1) * found && filled < count; i++)
                {
                    if (among is null && at[i] == start + row)
                        continue;
                    int place = (start + row) * count + filled++;
                    (places[place], cosines[place]) = ((int)at[i], top[i]);
                }
            }
        }

        return new Nearest(places, cosines, count);
    }

    /// <summary>Returns the places and cosines of a row's neighbours.</summary>
    public IEnumerable<(int Place, float Cosine)> Of(int row)
    {
        for (int i = row * Count; i < (row + 1) * Count && Places[i] >= 0; i++)
            yield return (Places[i], Cosines[i]);
    }
}
