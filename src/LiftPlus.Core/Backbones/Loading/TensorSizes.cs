using LiftPlus.Weights;

namespace LiftPlus.Backbones.Loading;

/// <summary>Reads the sizes of an architecture from the shapes of a file's tensors, whatever their names.</summary>
internal sealed class TensorSizes(WeightSource source, KeyMap names)
{
    private const int HeadWidth = 64, // unless a description says otherwise
        MostBlocks = 1000;
    private readonly KeyMap _map = names.For(source);

    /// <summary>Gets the path of the weight file.</summary>
    public string Path => source.Path;

    /// <summary>Returns the first name that begins so; null if there is none.</summary>
    public string? FindName(string beginning) =>
        source.Tensors.Keys.FirstOrDefault(name => name.StartsWith(beginning, StringComparison.Ordinal));

    /// <summary>
    /// Gets the sizes of a vision transformer and the variants that its tensors show, with CLIP's activation and epsilon.
    /// </summary>
    /// <param name="usualSize">The size of images where no tensor depends on it.</param>
    public VisionTransformerConfig VisionTransformer(int usualSize = 224)
    {
        long[] patch = Shape("image.patch_embed.proj.weight", 4); // (D, 3, P, P)
        int patchSize = Size(patch[2], "patch size"),
            width = Size(patch[0], "width");
        if (patch[3] != patch[2])
            throw Wrong($"its patches are {patch[2]} x {patch[3]}; only square ones are supported");
        bool hasClassToken = Has("image.cls_token"),
            normalizesPooled = IsVariant("image.norm.weight", nameof(VisionTransformerConfig.NormalizesPooled));
        TokenPooling pooling =
            Has("image.attn_pool.latent") ? TokenPooling.Attention
            : normalizesPooled || !hasClassToken ? TokenPooling.Mean
            : TokenPooling.ClassToken;
        (PositionRows positions, int? side) = Positions(hasClassToken);
        int depth = CountFrom("image.blocks.{n}.norm1.weight");
        long output = Shape("image.blocks.0.mlp.fc1.weight", 2)[0],
            hidden = Has("image.blocks.0.mlp.fc2.weight") ? Shape("image.blocks.0.mlp.fc2.weight", 2)[1] : output;
        return new VisionTransformerConfig
        {
            ImageSize = side is int n ? Size((long)n * patchSize, "image size") : Math.Max(usualSize, patchSize),
            PatchSize = patchSize,
            Channels = Size(patch[1], "number of channels"),
            Width = width,
            Depth = depth,
            Heads = HeadsOf(width),
            HiddenSize = Size(hidden, "hidden size"),
            PreNorm = Has("image.norm_pre.weight"),
            PatchBias = Has("image.patch_embed.proj.bias"),
            LayerScale = Has("image.blocks.0.ls1.gamma"),
            Pooling = pooling,
            HasUnreadClassToken = hasClassToken && pooling != TokenPooling.ClassToken,
            Registers = Has("image.reg_token") ? Size(Shape("image.reg_token", 2)[0], "number of registers") : 0,
            PositionRows = positions,
            HasRelativePositions = Has("image.blocks.0.attn.relative.table"),
            QkvBias = QkvBias(),
            NormalizesQueries = Has("image.blocks.0.attn.q_norm.weight"),
            NormalizesMixture = Has("image.blocks.0.attn.norm.weight"),
            IsGated = output == 2 * hidden,
            NormalizesHidden = Has("image.blocks.0.mlp.norm.weight"),
            NormalizesPooled = normalizesPooled,
            PoolHiddenSize = PoolHidden() is int pool && pool != hidden ? pool : null,
        };
    }

    /// <summary>Returns whether a tensor of ours is in the file.</summary>
    public bool Has(string key) => Row(key) is { Sources.IsEmpty: false } row && source.Tensors.ContainsKey(row.Sources[0]);

    // The rows of the position embedding, and the side of the grid if a tensor shows it: that embedding, or the table of differences.
    private (PositionRows Rows, int? Side) Positions(bool hasClassToken)
    {
        const string table = "image.blocks.0.attn.relative.table";
        if (!Has("image.pos_embed"))
        {
            long? span = Has(table) ? (long)Math.Sqrt(Math.Max(0, Shape(table, 2)[0] - 3)) : null; // 2 n - 1
            return (PositionRows.None, span is long found ? Size((found + 1) / 2, "number of places") : null);
        }

        long rows = Shape("image.pos_embed", 2)[0];
        bool isOfPatches = hasClassToken && IsSquare(rows);
        return (isOfPatches ? PositionRows.Patches : PositionRows.All, Side(rows, hasClassToken && !isOfPatches));
    }

    private QueryKeyValueBias QkvBias() =>
        Row("image.blocks.{n}.attn.qkv.bias") switch
        {
            { Sources.IsEmpty: true } => QueryKeyValueBias.None,
            { Blank: not null } => QueryKeyValueBias.NotKey,
            _ => QueryKeyValueBias.All,
        };

    private int? PoolHidden() =>
        Has("image.attn_pool.mlp.fc1.weight") ? Size(Shape("image.attn_pool.mlp.fc1.weight", 2)[0], "hidden size of the pooling") : null;

    private bool IsVariant(string key, string variant) => Has(key) && Row(key)!.Variant == variant;

    private static int HeadsOf(int width) => Math.Max(1, width / HeadWidth);

    /// <summary>Gets the sizes of a text transformer.</summary>
    public TextTransformerConfig TextTransformer()
    {
        long[] embedding = Shape("text.token_embedding", 2); // (V, W)
        int width = Size(embedding[1], "text width");
        return new TextTransformerConfig
        {
            VocabularySize = Size(embedding[0], "vocabulary"),
            ContextLength = Size(Shape("text.pos_embed", 2)[0], "context length"),
            Width = width,
            Depth = CountFrom("text.blocks.{n}.norm1.weight"),
            Heads = HeadsOf(width),
            HiddenSize = Size(Shape("text.blocks.0.mlp.fc1.weight", 2)[0], "text hidden size"),
        };
    }

    /// <summary>Gets the sizes of timm's ResNet. The tensors do not depend on the size of the image.</summary>
    public ResNetConfig ResNet(int imageSize)
    {
        long[] stem = Shape("image.conv1.weight", 4); // (S, 3, 7, 7)
        return new ResNetConfig
        {
            ImageSize = imageSize,
            Channels = Size(stem[1], "number of channels"),
            StemWidth = Size(stem[0], "stem width"),
            Width = BlockWidth(),
            Depths = Depths(),
            Block = Enumerable.Range(1, 4).Any(stage => Has($"image.layer{stage}.0.conv3.weight"))
                ? ResNetBlock.Bottleneck
                : ResNetBlock.Basic,
        };
    }

    /// <summary>Gets the sizes of CLIP's ResNet.</summary>
    public ClipResNetConfig ClipResNet()
    {
        long[] positions = Shape("image.attnpool.pos_embed", 2); // (1 + (R / 32)², 32 P)
        return new ClipResNetConfig
        {
            ImageSize = Size(32L * Side(positions[0], hasClassToken: true), "image size"),
            Channels = Size(Shape("image.conv1.weight", 4)[1], "number of channels"),
            Width = BlockWidth(),
            Depths = Depths(),
            Heads = (int)Math.Clamp(positions[1] / HeadWidth, 1, int.MaxValue),
            OutputDimension = Size(Shape("image.attnpool.c_proj.weight", 2)[0], "joint dimension"),
        };
    }

    /// <summary>Gets the sizes of ConvNeXt. The tensors do not depend on the size of the image.</summary>
    public ConvNextConfig ConvNext(int imageSize)
    {
        int Width(int stage) => Size(Shape($"image.stages.{stage}.conv.weight", 4)[0], "width");
        int Depth(int stage) => CountFrom($"image.stages.{stage}.blocks.{{n}}.norm.weight");
        return new ConvNextConfig
        {
            ImageSize = imageSize,
            Channels = Size(Shape("image.stages.0.conv.weight", 4)[1], "number of channels"),
            Widths = [Width(0), Width(1), Width(2), Width(3)],
            Depths = new(Depth(0), Depth(1), Depth(2), Depth(3)),
        };
    }

    /// <summary>Gets how features are projected into the joint space.</summary>
    /// <param name="key">"image_projection" or "text_projection".</param>
    public ProjectionKind Projection(string key) =>
        Has(key + "_mlp.fc1.weight") ? ProjectionKind.Mlp
        : Has(key + "_bias") ? ProjectionKind.Linear
        : Has(key) ? ProjectionKind.Matrix
        : ProjectionKind.None;

    /// <summary>Gets the number of entries E of the joint space.</summary>
    public int EmbedDimension() => Size(Shape("text_projection", 2)[1], "joint dimension");

    private int BlockWidth()
    {
        int width = Size(Shape("image.layer1.0.conv1.weight", 4)[0], "block width");
        return width <= int.MaxValue / 32 ? width : throw Wrong($"its block width would be {width}");
    }

    private ResNetDepths Depths() => new(StageDepth(1), StageDepth(2), StageDepth(3), StageDepth(4));

    private int StageDepth(int stage) => CountFrom($"image.layer{stage}.{{n}}.conv1.weight");

    // The number of blocks that have the tensor, from the first.
    private int CountFrom(string key)
    {
        KeyRow row = _map.Find(key)!;
        int depth = Enumerable.Range(0, MostBlocks + 1).TakeWhile(n => source.Tensors.ContainsKey(row.At(n).Sources[0])).Count();
        return depth switch
        {
            0 => throw Wrong($"tensor '{row.At(0).Sources[0]}' is missing"),
            > MostBlocks => throw Wrong($"a tower has more than {MostBlocks} blocks"),
            _ => depth,
        };
    }

    // The side of the square of places that a position embedding is for.
    private int Side(long rows, bool hasClassToken)
    {
        long places = hasClassToken ? rows - 1 : rows;
        if (places > 0 && IsSquare(places))
            return (int)Math.Sqrt(places);
        string expected = hasClassToken ? "one more than a square number" : "a square number";
        throw Wrong($"its position embedding has {rows} rows, which is not {expected} of places");
    }

    private static bool IsSquare(long places) => (long)Math.Sqrt(Math.Clamp(places, 0, int.MaxValue)) is var side && side * side == places;

    private KeyRow? Row(string key) => _map.Find(key) ?? _map.Find(key.Replace(".0.", ".{n}."))?.At(0);

    private long[] Shape(string key, int rank)
    {
        KeyRow row = Row(key)!;
        if (!source.Tensors.TryGetValue(row.Sources[0], out TensorInfo? info))
            throw Wrong($"tensor '{row.Sources[0]}' is missing");
        return row.OurShape([.. info.Shape], rank)
            ?? throw Wrong($"tensor '{row.Sources[0]}' is {info}, which does not fit {key} of rank {rank}");
    }

    private int Size(long value, string what) =>
        value is > 0 and <= int.MaxValue ? (int)value : throw Wrong($"its {what} would be {value}");

    private WeightFileException Wrong(string problem) =>
        new(source.Path, $"the file has {_map.Name} names, but {problem}. Check that the file is complete and of this architecture.");
}
