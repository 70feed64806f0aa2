using LiftPlus.Sites;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Adapters;

/// <summary>Trains some entries of a frozen tensor: a vector holds them, and each use puts them into the tensor.</summary>
internal sealed class MaskedWeight : WeightAdapter
{
    private readonly Parameter values; // (K), the trained entries
    private readonly Tensor index; // (K), int64, their positions in the flat tensor, ascending

    /// <param name="frozen">The tensor, which provides the initial values.</param>
    /// <param name="places">The flat positions of the trained entries, int64, ascending. The module takes ownership.</param>
    public MaskedWeight(Tensor frozen, Tensor places)
        : base(nameof(MaskedWeight))
    {
        FrozenShape = frozen.shape;
        values = new Parameter(Selected(frozen, places));
        index = places;
        RegisterComponents();
    }

    private static Tensor Selected(Tensor frozen, Tensor places)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor start = frozen.detach().flatten();
        return start.index_select(0, places.to(start.device)).to(float32, CPU, copy: true).MoveToOuterDisposeScope();
    }

    /// <summary>Gets the flat positions of the trained entries (K), int64, ascending.</summary>
    public Tensor Index => index;

    /// <summary>Gets the shape of the whole tensor.</summary>
    public long[] FrozenShape { get; }

    public override Tensor forward(Tensor frozen) => frozen.flatten().scatter(0, index, values.to(frozen.dtype)).view(frozen.shape);

    /// <summary>
    /// Returns the first ⌊count · ratio⌋ entries, at least 0 and at most all, of torch's random permutation with a seed; int64, ascending.
    /// </summary>
    public static Tensor Select(long count, double ratio, int seed)
    {
        using var random = new Generator((ulong)seed);
        using Tensor order = randperm(count, dtype: int64, generator: random);
        using Tensor chosen = order.narrow(0, 0, Math.Clamp((long)Math.Floor(count * ratio), 0, count));
        (Tensor sorted, Tensor places) = chosen.sort();
        places.Dispose();
        return sorted;
    }
}
