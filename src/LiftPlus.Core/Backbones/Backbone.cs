using LiftPlus.Backbones;
using LiftPlus.Layers;
using LiftPlus.Lifetimes;
using LiftPlus.Sites;
using LiftPlus.Weights;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus;

/// <summary>
/// Represents a foundation model: an image encoder and, in CLIP, a text encoder with the two projections into the joint space. It is frozen
/// when created; fine-tuning methods attach adapters to it or unfreeze parts of it. It owns its tensors; dispose it.
/// </summary>
/// <remarks>
/// The encoders may run on several threads. <see cref="nn.Module.Dispose()"/> may be called while they do: running calls are finished, and
/// every member of this class throws <see cref="ObjectDisposedException"/> afterwards. The modules inside belong to the backbone: do not
/// use them after it is disposed.
/// </remarks>
public sealed partial class Backbone : nn.Module
{
    internal readonly ImageEncoder image;
    internal readonly TextEncoder? text;
    internal readonly Parameter? image_projection; // (D, E)
    internal readonly Parameter? image_projection_bias; // (E)
    internal readonly ProjectionMlp? image_projection_mlp;
    internal readonly Parameter? text_projection; // (W, E)
    internal readonly Parameter? text_projection_bias; // (E)
    internal readonly Parameter? logit_scale; // ()
    internal readonly Parameter? logit_bias; // (), SigLIP only
    internal readonly AdapterSite image_embedding = new(),
        text_embedding = new();

    private readonly Lifetime _lifetime;

    /// <summary>Builds the backbone with unset, frozen values on the CPU in float32.</summary>
    /// <exception cref="LiftPlusException">The sizes do not fit together.</exception>
    public Backbone(BackboneConfig config)
        : base(LibTorch.Loaded(nameof(Backbone)))
    {
        _lifetime = new Lifetime(this, () => base.Dispose(true));
        Config = config;
        image = config.Image.CreateEncoder();
        if (config.Text is not null && config.EmbedDimension is int embed)
        {
            text = new ClipTextTransformer(config.Text);
            bool isEmbedding = config.Image.FeatureIsEmbedding || config.ImageProjection == ProjectionKind.None;
            if (isEmbedding && image.FeatureDimension != embed)
                throw new LiftPlusException(
                    $"The image feature has {image.FeatureDimension} entries and the joint space {embed}; "
                        + "they must be equal, because the backbone has no projection between them."
                );
            if (!isEmbedding && config.ImageProjection != ProjectionKind.Mlp)
                image_projection = new Parameter(empty(image.FeatureDimension, embed));
            if (!isEmbedding && config.ImageProjection == ProjectionKind.Linear)
                image_projection_bias = new Parameter(empty(embed));
            if (!isEmbedding && config.ImageProjection == ProjectionKind.Mlp)
                image_projection_mlp = new ProjectionMlp(image.FeatureDimension, embed);
            text_projection = new Parameter(empty(text.FeatureDimension, embed));
            text_projection_bias = config.TextProjection == ProjectionKind.Linear ? new Parameter(empty(embed)) : null;
            logit_scale = new Parameter(empty([]));
            logit_bias = config.HasLogitBias ? new Parameter(empty([])) : null;
        }

        RegisterComponents();
        Freeze();
    }

    /// <summary>Gets the sizes, the activation and the preprocessing.</summary>
    public BackboneConfig Config
    {
        get => Alive(field);
    }

    /// <summary>Gets the image encoder.</summary>
    public ImageEncoder Image => Alive(image);

    /// <summary>Gets the text encoder; null for image-only backbones.</summary>
    public TextEncoder? Text => Alive(text);

    /// <summary>
    /// Gets the projection of the image feature into the joint space (D, E); null if the feature is already there or the backbone has
    /// no text tower.
    /// </summary>
    public Parameter? ImageProjection => Alive(image_projection);

    /// <summary>Gets the projection of the text feature into the joint space (W, E).</summary>
    public Parameter? TextProjection => Alive(text_projection);

    /// <summary>Gets the site on the image feature in the joint space (B, E), which is both input and output.</summary>
    public AdapterSite ImageEmbeddingSite => Alive(image_embedding);

    /// <summary>Gets the site on the text feature in the joint space (M, E), which is both input and output.</summary>
    public AdapterSite TextEmbeddingSite => Alive(text_embedding);

    /// <summary>Gets the logarithm of CLIP's logit scale, a scalar.</summary>
    public Parameter? LogitScale => Alive(logit_scale);

    /// <summary>Gets the device that holds the tensors.</summary>
    public Device Device => Alive(image).parameters().First().device;

    /// <summary>Gets the number of values in all parameters, including those of attached modules.</summary>
    public long ParameterCount => Alive(this).parameters().Sum(parameter => parameter.numel());

    /// <summary>Gets the text encoder.</summary>
    /// <exception cref="LiftPlusException">The backbone has no text encoder.</exception>
    public TextEncoder RequireText() =>
        Text
        ?? throw new LiftPlusException(
            $"{Config.Name} has no text encoder, which this operation needs; use a CLIP backbone, "
                + "or methods that need no text (class-mean initialization, image modules)."
        );

    /// <summary>Encodes normalized images (B, 3, R, R) as features (B, D).</summary>
    public Tensor EncodeImage(Tensor images)
    {
        using IDisposable use = Enter();
        return image.forward(images);
    }

    /// <summary>Encodes token ids (M, T) as features (M, W), before the projection.</summary>
    /// <exception cref="LiftPlusException">The backbone has no text encoder.</exception>
    public Tensor EncodeText(Tensor tokens)
    {
        using IDisposable use = Enter();
        return RequireText().forward(tokens);
    }

    /// <summary>Projects image features (B, D) into the joint space (B, E).</summary>
    public Tensor ProjectImage(Tensor features)
    {
        using IDisposable use = Enter();
        using DisposeScope scope = NewDisposeScope();
        Tensor embedding = image_projection is not null
            ? Affine(features, image_projection, image_projection_bias)
            : image_projection_mlp?.forward(features) ?? features;
        Tensor adapted = image_embedding.forward(embedding, embedding);
        return ReferenceEquals(adapted, features) ? features : adapted.MoveToOuterDisposeScope();
    }

    /// <summary>Projects text features (M, W) into the joint space (M, E).</summary>
    /// <exception cref="LiftPlusException">The backbone has no text encoder.</exception>
    public Tensor ProjectText(Tensor features)
    {
        using IDisposable use = Enter();
        RequireText();
        using DisposeScope scope = NewDisposeScope();
        Tensor embedding = Affine(features, text_projection!, text_projection_bias);
        return text_embedding.forward(embedding, embedding).MoveToOuterDisposeScope();
    }

    /// <summary>Gets whether directions in the joint space are directions of features: the projection of images is linear.</summary>
    internal bool ProjectsLinearly => Config.ImageProjection != ProjectionKind.Mlp;

    /// <summary>
    /// Gets the projection that takes directions in the joint space to directions of features; null if they are the same.
    /// </summary>
    /// <exception cref="LiftPlusException">There is none, because the projection is not linear.</exception>
    internal Parameter? LinearProjection() =>
        ProjectsLinearly
            ? image_projection
            : throw new LiftPlusException(
                $"{Config.Name} projects images by two layers, so that class names are not directions of its features. Start "
                    + "classifiers from class means, or use the text classifier."
            );

    private static Tensor Affine(Tensor features, Tensor matrix, Tensor? bias) =>
        bias is null ? features.mm(matrix) : bias.addmm(features, matrix);

    /// <summary>
    /// Computes CLIP's logits exp(logit_scale) · unit(image) · unit(text)ᵀ, (B, M), from features in the joint space. SigLIP's have a
    /// summand for all.
    /// </summary>
    public Tensor Logits(Tensor imageEmbeddings, Tensor textEmbeddings)
    {
        using IDisposable use = Enter();
        RequireText();
        using DisposeScope scope = NewDisposeScope();
        Tensor cosine = TensorMath.Normalize(imageEmbeddings).mm(TensorMath.Normalize(textEmbeddings).t());
        Tensor logits = cosine.mul(logit_scale!.exp());
        return (logit_bias is null ? logits : TensorMath.Add(logits, logit_bias)).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Stores the large frozen weights of the image tower (patches and linear layers) in another floating-point type; activations follow.
    /// The embeddings, LayerNorms, adapters and features stay float32. Call it before anything is attached or unfrozen: trained parameters
    /// must be float32.
    /// </summary>
    /// <exception cref="LiftPlusException">The type has no room for some of the values; nothing was changed.</exception>
    public void StoreImageWeightsAs(ScalarType type)
    {
        using IDisposable use = Enter();
        FiniteValues finite = new(type);
        foreach ((string name, Parameter parameter) in image.named_parameters())
            finite.Add("image." + name, parameter);
        if (finite.Problem is string problem)
            throw new LiftPlusException(
                $"{Config.Name} cannot be stored as {type}: {problem} Use another precision, such as "
                    + $"{(type == ScalarType.BFloat16 ? ScalarType.Float32 : ScalarType.BFloat16)}."
            );
        SetTypeOfImageWeights(type);
    }

    /// <summary>Sets the type of these weights before they have values, so that a file is read into it.</summary>
    internal void SetTypeOfImageWeights(ScalarType type)
    {
        using IDisposable use = Enter();
        foreach (nn.Module module in image.modules().Where(module => module is AdaptableLinear or PatchEmbed.PatchProjection))
            module.to(type);
        Freeze();
    }

    /// <summary>
    /// Creates a plain backbone with the same outputs, on the CPU in float32. What was unfrozen is kept, and every adapter is folded into
    /// the weights. This backbone does not change.
    /// </summary>
    /// <exception cref="LiftPlusException">An adapter cannot be folded; the message names the methods.</exception>
    /// <exception cref="ObjectDisposedException">The backbone is disposed.</exception>
    public Backbone Merge()
    {
        using IDisposable use = Enter();
        return AdapterMerger.Merge(this);
    }

    /// <summary>
    /// Keeps the tensors until the result is disposed. A backbone that is disposed lists none, so that what is written of it is empty.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The backbone is disposed.</exception>
    internal IDisposable Enter() => _lifetime.Enter();

    private T Alive<T>(T value) => _lifetime.Check(value);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _lifetime.Dispose();
        else
            base.Dispose(false);
    }

    /// <summary>Begins a training step in which every transformer block of both towers is computed again in the backward pass.</summary>
    internal BlockRecomputation RecomputeBlocks() => new([.. image.Blocks, .. text?.Blocks ?? []]);

    /// <summary>Freezes every parameter.</summary>
    public void Freeze()
    {
        using IDisposable use = Enter();
        foreach (Parameter parameter in parameters())
            parameter.requires_grad_(false);
    }

    /// <summary>
    /// Fills every parameter with OpenAI CLIP's initial values, for pre-training from scratch and for tests: the same seed, the same
    /// values.
    /// </summary>
    public void Initialize(long seed)
    {
        using IDisposable use = Enter();
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        var random = new Generator((ulong)seed);
        foreach ((string name, Parameter parameter) in named_parameters())
        {
            double? deviation = InitialDeviation(name, parameter);
            if (deviation is double std)
                parameter.normal_(0, std, random);
            else if (name == nameof(logit_scale))
                parameter.fill_(s_initialLogitScale);
            else
                parameter.fill_(name.EndsWith("bias", StringComparison.Ordinal) ? TensorMath.Zero : TensorMath.One);
        }
    }

    private static readonly Scalar s_initialLogitScale = TensorMath.Hold(Math.Log(1 / 0.07));

    // Deviations of OpenAI's initialisation; null where the value is a constant (LayerNorms, scales, biases, the logit scale).
    private double? InitialDeviation(string name, Parameter parameter)
    {
        bool isText = name.StartsWith("text", StringComparison.Ordinal);
        double width = isText ? text!.FeatureDimension : image.FeatureDimension;
        double depth = isText ? text!.Blocks.Count : Math.Max(image.Blocks.Count, image.ResidualBlocks.Count);
        return name switch
        {
            _ when name.EndsWith("token_embedding", StringComparison.Ordinal) => 0.02,
            "text.pos_embed" => 0.01,
            _ when parameter.dim() < 2 && name is not ("image.cls_token" or "image.attn_pool.latent") => null,
            _ when name.EndsWith("attn.proj.weight", StringComparison.Ordinal) || name.EndsWith("fc2.weight", StringComparison.Ordinal) =>
                Math.Pow(width * 2 * depth, -0.5),
            _ when name.EndsWith("fc1.weight", StringComparison.Ordinal) => Math.Pow(2 * width, -0.5),
            _ when name.EndsWith("patch_embed.proj.weight", StringComparison.Ordinal) => 0.02,
            _ when parameter.dim() == 4 => Math.Sqrt(2.0 / (parameter.shape[0] * parameter.shape[2] * parameter.shape[3])), // Kaiming
            _ => Math.Pow(width, -0.5),
        };
    }
}
