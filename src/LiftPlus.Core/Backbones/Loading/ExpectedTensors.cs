using LiftPlus.Layers;
using static TorchSharp.torch;

namespace LiftPlus.Backbones.Loading;

/// <summary>
/// Computes the names and shapes of a backbone's tensors, so that a file can be refused before memory is taken for a model of the size it
/// claims.
/// </summary>
internal sealed class ExpectedTensors
{
    private const int MostTensors = 1 << 17; // as in a file
    private const string BatchCount = ".num_batches_tracked",
        RunningMean = ".running_mean",
        RunningVariance = ".running_var";
    private readonly Dictionary<string, (long[] Shape, ScalarType Type)> _tensors = [];

    /// <summary>Gets the names, shapes and types of an architecture's tensors.</summary>
    public static Dictionary<string, (long[] Shape, ScalarType Type)> From(BackboneConfig config)
    {
        ExpectedTensors tensors = new();
        config.Image.AddTensors(tensors);
        if (config.Text is TextTransformerConfig text && config.EmbedDimension is int embed)
        {
            text.AddTensors(tensors);
            if (!config.Image.FeatureIsEmbedding)
                tensors.AddProjection("image_projection", config.ImageProjection, config.Image.FeatureDimension, embed);
            tensors.AddProjection("text_projection", config.TextProjection, text.Width, embed);
            tensors.Add("logit_scale");
            if (config.HasLogitBias)
                tensors.Add("logit_bias");
        }

        return tensors._tensors;
    }

    /// <summary>Returns whether a tensor is a buffer: the statistics of a batch normalization, not a parameter.</summary>
    public static bool IsBuffer(string name) =>
        name.EndsWith(RunningMean, StringComparison.Ordinal)
        || name.EndsWith(RunningVariance, StringComparison.Ordinal)
        || name.EndsWith(BatchCount, StringComparison.Ordinal);

    /// <summary>Computes the number of values of an architecture.</summary>
    public static long Count(BackboneConfig config) =>
        From(config).Values.Sum(tensor => tensor.Shape.Aggregate(1L, (product, axis) => product * axis));

    /// <summary>Adds a tensor of numbers.</summary>
    /// <exception cref="LiftPlusException">There are too many.</exception>
    public void Add(string name, params long[] shape)
    {
        if (_tensors.Count == MostTensors)
            throw new LiftPlusException($"An architecture of more than {MostTensors} tensors does not exist; check its numbers of blocks.");
        _tensors[name] = (shape, ScalarType.Float32);
    }

    /// <summary>Adds a weight and, unless it has none, a bias for each of its rows.</summary>
    public void AddAffine(string name, long[] weight, bool bias = true)
    {
        Add(name + ".weight", weight);
        if (bias)
            Add(name + ".bias", weight[0]);
    }

    private void AddProjection(string name, ProjectionKind kind, long width, long embed)
    {
        if (kind is ProjectionKind.Matrix or ProjectionKind.Linear)
            Add(name, width, embed);
        if (kind == ProjectionKind.Linear)
            Add(name + "_bias", embed);
        if (kind != ProjectionKind.Mlp)
            return;
        AddAffine(name + "_mlp.fc1", [2 * embed, width]);
        AddAffine(name + "_mlp.fc2", [embed, 2 * embed], bias: false);
    }

    /// <summary>Adds the linear layers of an MLP and the LayerNorm between them.</summary>
    public void AddMlp(string name, BlockSizes sizes)
    {
        AddAffine(name + ".fc1", [sizes.IsGated ? 2 * sizes.HiddenSize : sizes.HiddenSize, sizes.Width]);
        if (sizes.NormalizesHidden)
            AddAffine(name + ".norm", [sizes.HiddenSize]);
        AddAffine(name + ".fc2", [sizes.Width, sizes.HiddenSize]);
    }

    /// <summary>Adds the transformer blocks of a tower and the LayerNorm after them.</summary>
    public void AddBlocks(string tower, int depth, BlockSizes sizes)
    {
        long width = sizes.Width;
        for (int n = 0; n < depth; n++)
        {
            string block = $"{tower}.blocks.{n}";
            AddAffine(block + ".norm1", [width]);
            AddAttention(block + ".attn", sizes);
            AddAffine(block + ".norm2", [width]);
            AddMlp(block + ".mlp", sizes);
            if (sizes.HasScales)
            {
                Add(block + ".ls1.gamma", width);
                Add(block + ".ls2.gamma", width);
            }
        }

        AddAffine(tower + ".norm", [width]);
    }

    private void AddAttention(string name, BlockSizes sizes)
    {
        AddAffine(name + ".qkv", [3 * sizes.Width, sizes.Width]);
        if (sizes.NormalizesQueries)
        {
            AddAffine(name + ".q_norm", [sizes.Width / Math.Max(1, sizes.Heads)]);
            AddAffine(name + ".k_norm", [sizes.Width / Math.Max(1, sizes.Heads)]);
        }

        if (sizes.RelativeSide is int side)
            Add(name + ".relative.table", RelativePositions.Rows(side), sizes.Heads);
        if (sizes.NormalizesMixture)
            AddAffine(name + ".norm", [sizes.Width]);
        AddAffine(name + ".proj", [sizes.Width, sizes.Width]);
    }

    /// <summary>Adds the four stages of a ResNet.</summary>
    public void AddStages(long channels, long planes, ResNetDepths depths, ResNetBlock kind = ResNetBlock.Bottleneck)
    {
        for (int stage = 0; stage < 4; stage++, planes *= 2)
        {
            for (int n = 0; n < depths.ToList()[stage]; n++)
            {
                string block = $"image.layer{stage + 1}.{n}.";
                bool isBasic = kind == ResNetBlock.Basic;
                long output = planes * (isBasic ? ResidualBasicBlock.Expansion : ResidualBottleneck.Expansion),
                    kernel = isBasic ? 3 : 1;
                AddNormalized(block + "conv1", block + "bn1", [planes, channels, kernel, kernel]);
                AddNormalized(block + "conv2", block + "bn2", [planes, planes, 3, 3]);
                if (!isBasic)
                    AddNormalized(block + "conv3", block + "bn3", [output, planes, 1, 1]);
                if (n == 0 && (stage > 0 || channels != output))
                    AddNormalized(block + "downsample.0", block + "downsample.1", [output, channels, 1, 1]);
                channels = output;
            }
        }
    }

    /// <summary>Adds a convolution without bias and the batch normalization after it.</summary>
    public void AddNormalized(string convolution, string normalization, long[] weight)
    {
        AddAffine(convolution, weight, bias: false);
        foreach (string part in new[] { ".weight", ".bias", RunningMean, RunningVariance })
            Add(normalization + part, weight[0]);
        _tensors[normalization + BatchCount] = ([], ScalarType.Int64);
    }
}
