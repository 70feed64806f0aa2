using static TorchSharp.torch;

namespace LiftPlus.Backbones.Loading;

/// <summary>
/// Names and shapes of a backbone's tensors by arithmetic, so that a file can be refused before memory is taken for a model of its alleged size.
/// </summary>
internal static partial class ExpectedTensors
{
    public static Dictionary<string, (long[] Shape, ScalarType Type)> Of(BackboneConfig config)
    {
        Dictionary<string, long[]> shapes = [];
        if (config.Image is VisionTransformerConfig image)
        {
            Affine(shapes, "image.patch_embed.proj", [image.Width, image.Channels, image.PatchSize, image.PatchSize], image.PatchBias);
            if (image.GlobalTokens > 0)
                shapes["image.cls_token"] = [image.Width];
            shapes["image.pos_embed"] = [image.TokenCount, image.Width];
            if (image.PreNorm)
                Affine(shapes, "image.norm_pre", [image.Width]);
            Blocks(shapes, "image", image.Depth, image.Width, image.HiddenSize, image.LayerScale);
            if (image.Pooling == TokenPooling.Attention)
                Pool(shapes, image.Width, image.HiddenSize);
        }

        ResNet(shapes, config.Image);
        if (config.Text is TextTransformerConfig text && config.EmbedDimension is int embed)
        {
            shapes["text.token_embedding"] = [text.VocabularySize, text.Width];
            shapes["text.pos_embed"] = [text.ContextLength, text.Width];
            Blocks(shapes, "text", text.Depth, text.Width, text.HiddenSize);
            if (!config.Image.FeatureIsEmbedding)
                shapes["image_projection"] = [config.Image.FeatureDimension, embed];
            shapes["text_projection"] = [text.Width, embed];
            shapes["logit_scale"] = [];
        }

        return shapes.ToDictionary(entry => entry.Key, entry => (entry.Value, TypeOf(entry.Key)));
    }

    private static void Blocks(Dictionary<string, long[]> shapes, string tower, int depth, long width, long hidden, bool scales = false)
    {
        for (int n = 0; n < depth; n++)
        {
            string block = $"{tower}.blocks.{n}";
            Affine(shapes, block + ".norm1", [width]);
            Affine(shapes, block + ".attn.qkv", [3 * width, width]);
            Affine(shapes, block + ".attn.proj", [width, width]);
            Affine(shapes, block + ".norm2", [width]);
            Affine(shapes, block + ".mlp.fc1", [hidden, width]);
            Affine(shapes, block + ".mlp.fc2", [width, hidden]);
            if (scales)
                shapes[block + ".ls1.gamma"] = shapes[block + ".ls2.gamma"] = [width];
        }

        Affine(shapes, tower + ".norm", [width]);
    }

    private static void Pool(Dictionary<string, long[]> shapes, long width, long hidden)
    {
        const string pool = "image.attn_pool.";
        shapes[pool + "latent"] = [width];
        Affine(shapes, pool + "qkv", [3 * width, width]);
        Affine(shapes, pool + "proj", [width, width]);
        Affine(shapes, pool + "norm", [width]);
        Affine(shapes, pool + "mlp.fc1", [hidden, width]);
        Affine(shapes, pool + "mlp.fc2", [width, hidden]);
    }

    private static void Affine(Dictionary<string, long[]> shapes, string name, long[] weight, bool bias = true)
    {
        shapes[name + ".weight"] = weight;
        if (bias)
            shapes[name + ".bias"] = [weight[0]];
    }
}
