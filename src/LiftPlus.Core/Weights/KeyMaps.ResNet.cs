using LiftPlus.Backbones;

namespace LiftPlus.Weights;

internal static partial class KeyMaps
{
    /// <summary>OpenAI's CLIP with a ResNet.</summary>
    public static readonly KeyMap OpenAIClipResNet = new()
    {
        Name = "OpenAI CLIP ResNet",
        UsualActivation = Activation.QuickGelu,
        Marks = ["visual.attnpool.positional_embedding", "visual.layer1.0.conv1.weight"],
        Ignored = ["input_resolution", "context_length", "vocab_size", "attn_mask"],
        Rows =
        [
            .. new[] { "1", "2", "3" }.SelectMany(n => ResNetStem(n, "visual.")),
            .. ResNetStages("visual."),
            new("image.attnpool.pos_embed", "visual.attnpool.positional_embedding"),
            .. new[] { "q_proj", "k_proj", "v_proj", "c_proj" }.SelectMany(part =>
                Affine("image.attnpool." + part, "visual.attnpool." + part)
            ),
            .. OpenAIText(),
        ],
    };

    /// <summary>timm's ResNet of bottleneck blocks; torchvision uses the same names. Its classifier is left out.</summary>
    public static readonly KeyMap TimmResNet = new()
    {
        Name = "timm ResNet",
        Marks = ["layer1.0.conv3.weight", "layer4.0.conv3.weight", "bn1.running_var"],
        Ignored = ["fc.*"],
        Rows = [.. ResNetStem("1", ""), .. ResNetStages("")],
    };

    private static KeyRow[] ResNetStem(string n, string prefix) =>
        [new($"image.conv{n}.weight", $"{prefix}conv{n}.weight"), .. Normalization($"image.bn{n}", $"{prefix}bn{n}")];

    private static IEnumerable<KeyRow> ResNetStages(string prefix)
    {
        for (int stage = 1; stage <= 4; stage++)
        {
            string block = $"layer{stage}.{{n}}.";
            for (int i = 1; i <= 3; i++)
            {
                yield return new KeyRow($"image.{block}conv{i}.weight", $"{prefix}{block}conv{i}.weight");
                foreach (KeyRow row in Normalization($"image.{block}bn{i}", $"{prefix}{block}bn{i}"))
                    yield return row;
            }

            yield return new KeyRow($"image.{block}downsample.0.weight", $"{prefix}{block}downsample.0.weight");
            foreach (KeyRow row in Normalization($"image.{block}downsample.1", $"{prefix}{block}downsample.1"))
                yield return row;
        }
    }

    private static IEnumerable<KeyRow> Normalization(string ours, string source) =>
        new[] { ".weight", ".bias", ".running_mean", ".running_var", ".num_batches_tracked" }.Select(end => new KeyRow(
            ours + end,
            source + end
        ));
}
