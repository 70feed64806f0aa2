using LiftPlus.Layers;
using LiftPlus.Sites;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Backbones;

/// <summary>
/// Represents the text transformers of CLIP (arXiv 2103.00020), which is causal, of SigLIP (arXiv 2303.15343) and others. The feature is
/// one token after the last LayerNorm: that of the end of the text (the largest id of a row, or the first of a given id), the last or the
/// first.
/// </summary>
internal sealed partial class ClipTextTransformer : TextEncoder
{
    internal readonly Parameter token_embedding; // (V, W)
    internal readonly Parameter pos_embed; // (T, W)
    internal readonly ModuleList<TransformerBlock> blocks;
    internal readonly FloatLayerNorm norm;
    internal readonly AdapterSite embedding = new();

    private readonly Scalar? _endToken;

    /// <summary>Builds the network with unset values.</summary>
    public ClipTextTransformer(TextTransformerConfig config)
        : base(nameof(ClipTextTransformer))
    {
        Config = config;
        _endToken = config.EndToken is int id ? TensorMath.HoldInteger(id) : null;
        token_embedding = new Parameter(empty(config.VocabularySize, config.Width), requires_grad: false);
        pos_embed = new Parameter(empty(config.ContextLength, config.Width), requires_grad: false);
        blocks = nn.ModuleList([.. Enumerable.Range(0, config.Depth).Select(_ => new TransformerBlock(config.Block))]);
        norm = new FloatLayerNorm(config.Width, config.LayerNormEps);
        RegisterComponents();
    }

    /// <summary>Gets the sizes of the network.</summary>
    public TextTransformerConfig Config { get; }

    /// <inheritdoc/>
    public override long FeatureDimension => Config.Width;

    /// <inheritdoc/>
    public override IReadOnlyList<TransformerBlock> Blocks => [.. blocks];

    /// <inheritdoc/>
    public override Parameter TokenEmbedding => token_embedding;

    /// <inheritdoc/>
    public override AdapterSite EmbeddingSite => embedding;

    /// <inheritdoc/>
    public override Tensor forward(Tensor tokens) // (M, T)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor end = Places(tokens); // (M)
        // In a causal tower nothing attends to what follows the last end of text.
        long length = Config.IsCausal ? end.max().item<long>() + 1 : tokens.shape[1];
        Tensor ids = tokens.narrow(1, 0, length);
        Tensor x = embedding.forward(ids, token_embedding.index_select(0, ids.reshape(-1)).view(ids.shape[0], length, -1)); // (M, T, W)
        x = TensorMath.Add(x, pos_embed.narrow(0, 0, length));
        foreach (TransformerBlock block in blocks)
            x = block.forward(x);
        if (Config.Pooling != TextPooling.First)
            end = TensorMath.Add(end, tensor(x.shape[1] - length, int64, end.device)); // prompts in front push the end back
        x = x.gather(1, end.view(-1, 1, 1).expand(-1, 1, x.shape[2])).squeeze(1); // (M, W)
        return norm.forward(x).MoveToOuterDisposeScope();
    }

    // The place of each text (M) that the feature is taken from.
    private Tensor Places(Tensor tokens) =>
        Config.Pooling switch
        {
            TextPooling.End => (_endToken is null ? tokens : tokens.eq(_endToken).to(ScalarType.Int64)).argmax(-1),
            TextPooling.Last => tensor(tokens.shape[1] - 1, int64, tokens.device).repeat(tokens.shape[0]),
            _ => zeros([tokens.shape[0]], int64, tokens.device),
        };
}
