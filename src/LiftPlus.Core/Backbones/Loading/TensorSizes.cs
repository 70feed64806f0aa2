using LiftPlus.Weights;

namespace LiftPlus.Backbones.Loading;

/// <summary>Reads an architecture's sizes off the tensors of a file, whatever their naming.</summary>
internal sealed partial class TensorSizes(WeightSource source, KeyMap map)
{
    /// <summary>Sizes of the vision transformer. Heads are 64 wide unless a description says otherwise; activation and epsilon are CLIP's.</summary>
    public VisionTransformerConfig VisionTransformer()
    {
        long[] patch = Shape("image.patch_embed.proj.weight", 4); // (D, 3, P, P)
        int patchSize = Size(patch[2], "patch size");
        if (patch[3] != patch[2])
            throw Wrong($"its patches are {patch[2]} x {patch[3]}; only square ones are understood");
        TokenPooling pooling = Has("image.attn_pool.latent") ? TokenPooling.Attention : TokenPooling.ClassToken;
        int grid = Grid(Shape("image.pos_embed", 2)[0], pooling == TokenPooling.ClassToken);
        int width = Size(patch[0], "width");
        return new VisionTransformerConfig
        {
            ImageSize = Size((long)grid * patchSize, "image size"),
            PatchSize = patchSize,
            Channels = Size(patch[1], "number of channels"),
            Width = width,
            Depth = Depth("image"),
            Heads = Math.Max(1, width / 64),
            HiddenSize = Size(Shape("image.blocks.0.mlp.fc1.weight", 2)[0], "hidden size"),
            PreNorm = Has("image.norm_pre.weight"),
            PatchBias = Has("image.patch_embed.proj.bias"),
            LayerScale = Has("image.blocks.0.ls1.gamma"),
            Pooling = pooling,
        };
    }

    /// <summary>Sizes of the text transformer, with heads 64 wide unless a description says otherwise.</summary>
    public TextTransformerConfig TextTransformer()
    {
        long[] embedding = Shape("text.token_embedding", 2); // (V, W)
        int width = Size(embedding[1], "text width");
        return new TextTransformerConfig
        {
            VocabularySize = Size(embedding[0], "vocabulary"),
            ContextLength = Size(Shape("text.pos_embed", 2)[0], "context length"),
            Width = width,
            Depth = Depth("text"),
            Heads = Math.Max(1, width / 64),
            HiddenSize = Size(Shape("text.blocks.0.mlp.fc1.weight", 2)[0], "text hidden size"),
        };
    }

    /// <summary>Entries E of the joint space.</summary>
    public int EmbedDimension() => Size(Shape("text_projection", 2)[1], "joint dimension");

    private int Depth(string tower)
    {
        KeyRow norm = map.Find(tower + ".blocks.{n}.norm1.weight")!;
        int depth = Enumerable.Range(0, source.Tensors.Count).TakeWhile(n => source.Tensors.ContainsKey(norm.At(n).Sources[0])).Count();
        return depth > 0 ? depth : throw Wrong($"there is no tensor '{norm.At(0).Sources[0]}'");
    }

    // The side of the square of places that a position embedding is for.
    private int Grid(long rows, bool hasClassToken)
    {
        long places = hasClassToken ? rows - 1 : rows;
        int grid = (int)Math.Sqrt(Math.Clamp(places, 0, int.MaxValue));
        return grid > 0 && (long)grid * grid == places
            ? grid
            : throw Wrong(
                $"its position embedding has {rows} rows, which is not {(hasClassToken ? "one more than " : "")}a square number of places"
            );
    }

    private bool Has(string key) => Row(key) is KeyRow row && source.Tensors.ContainsKey(row.Sources[0]);

    private KeyRow? Row(string key) => map.Find(key) ?? map.Find(key.Replace(".0.", ".{n}."))?.At(0);

    private long[] Shape(string key, int rank)
    {
        KeyRow row = Row(key)!;
        if (!source.Tensors.TryGetValue(row.Sources[0], out TensorInfo? info))
            throw Wrong($"there is no tensor '{row.Sources[0]}'");
        return row.OurShape([.. info.Shape], rank) ?? throw Wrong($"tensor '{row.Sources[0]}' is {info}, which is no {key}");
    }

    private int Size(long value, string what) =>
        value is > 0 and <= int.MaxValue ? (int)value : throw Wrong($"its {what} would be {value}");

    private WeightFileException Wrong(string problem) =>
        new(source.Path, $"the file has {map.Name} names, but {problem}. Check that the file is whole and of this architecture.");
}
