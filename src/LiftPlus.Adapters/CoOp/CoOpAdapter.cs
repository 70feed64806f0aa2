using LiftPlus.Sites;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Adapters;

/// <summary>
/// Replaces the embeddings of some tokens with learned vectors. Locations of 0 or more count from the token after the start of text,
/// negative ones backwards from the end of text, so that class names of any length fit between them.
/// </summary>
internal sealed class CoOpAdapter : Adapter
{
    private readonly Parameter context; // (L, W)
    private readonly Tensor locations; // (L), int64

    public CoOpAdapter(Tensor start, IEnumerable<int> locations)
        : base(nameof(CoOpAdapter))
    {
        context = new Parameter(start);
        this.locations = tensor([.. locations.Select(location => (long)location)], int64);
        RegisterComponents();
    }

    public override Tensor forward(Tensor ids, Tensor embeddings) // (M, T), (M, T, W)
    {
        long M = ids.shape[0],
            L = context.shape[0],
            W = embeddings.shape[2];
        Tensor places = Places(ids).unsqueeze(-1).expand(M, L, W);
        return embeddings.scatter(1, places, context.expand(M, L, W));
    }

    /// <summary>Returns the positions in each text (M, L): 1 + location mod (end of text - 1).</summary>
    internal Tensor Places(Tensor ids)
    {
        Tensor end = ids.argmax(-1, keepdim: true); // (M, 1): end of text has the largest id
        return locations.unsqueeze(0).remainder(TensorMath.Subtract(end, ones_like(end))).add(TensorMath.One);
    }
}
