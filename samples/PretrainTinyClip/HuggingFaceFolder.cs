using System.Text.Json;
using System.Text.Json.Nodes;
using LiftPlus.Backbones;
using LiftPlus.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Samples.Pretraining;

/// <summary>Writes a CLIP as Hugging Face's CLIPModel has it: config.json, preprocessor_config.json and model.safetensors in fp16.</summary>
internal static class HuggingFaceFolder
{
    private static readonly (string Ours, string Theirs)[] s_names =
    [
        ("image.patch_embed.proj.weight", "vision_model.embeddings.patch_embedding.weight"),
        ("image.cls_token", "vision_model.embeddings.class_embedding"),
        ("image.pos_embed", "vision_model.embeddings.position_embedding.weight"),
        ("image.norm_pre.", "vision_model.pre_layrnorm."),
        ("image.norm.", "vision_model.post_layernorm."),
        ("text.token_embedding", "text_model.embeddings.token_embedding.weight"),
        ("text.pos_embed", "text_model.embeddings.position_embedding.weight"),
        ("text.norm.", "text_model.final_layer_norm."),
        ("image.blocks.", "vision_model.encoder.layers."),
        ("text.blocks.", "text_model.encoder.layers."),
        (".norm1.", ".layer_norm1."),
        (".norm2.", ".layer_norm2."),
        (".attn.proj.", ".self_attn.out_proj."),
        ("image_projection", "visual_projection.weight"),
        ("text_projection", "text_projection.weight"),
    ];

    public static void Write(Backbone model, string folder)
    {
        Directory.CreateDirectory(folder);
        using (DisposeScope scope = NewDisposeScope())
        {
            Safetensors.Write(Path.Combine(folder, "model.safetensors"), Tensors(model), new Dictionary<string, string> { ["format"] = "pt" });
        }

        JsonSerializerOptions indented = new() { WriteIndented = true };
        File.WriteAllText(Path.Combine(folder, "config.json"), Config(model.Config).ToJsonString(indented) + "\n");
        File.WriteAllText(Path.Combine(folder, "preprocessor_config.json"), Preprocessor(model.Config.Preprocess).ToJsonString(indented) + "\n");
    }

    private static IEnumerable<KeyValuePair<string, Tensor>> Tensors(Backbone model)
    {
        foreach ((string name, Tensor parameter) in model.named_parameters())
        {
            Tensor value = parameter.detach().to(float16);
            string theirs = Theirs(name);
            if (theirs.Contains(".attn.qkv.", StringComparison.Ordinal))
            {
                Tensor[] parts = value.chunk(3, 0);
                foreach ((int i, string part) in ((string[])["q_proj", "k_proj", "v_proj"]).Index())
                    yield return new(theirs.Replace(".attn.qkv.", $".self_attn.{part}.", StringComparison.Ordinal), parts[i].contiguous());
            }
            else
            {
                yield return new(theirs, name.EndsWith("_projection", StringComparison.Ordinal) ? value.t().contiguous() : value);
            }
        }
    }

    public static string Theirs(string name) => s_names.Aggregate(name, (current, pair) => current.Replace(pair.Ours, pair.Theirs, StringComparison.Ordinal));

    private static JsonObject Config(BackboneConfig config)
    {
        var image = (VisionTransformerConfig)config.Image;
        TextTransformerConfig text = config.Text!;
        return new JsonObject
        {
            ["architectures"] = new JsonArray("CLIPModel"),
            ["model_type"] = "clip",
            ["projection_dim"] = config.EmbedDimension,
            ["torch_dtype"] = "float16",
            ["vision_config"] = new JsonObject
            {
                ["model_type"] = "clip_vision_model",
                ["image_size"] = image.ImageSize,
                ["patch_size"] = image.PatchSize,
                ["hidden_size"] = image.Width,
                ["intermediate_size"] = image.HiddenSize,
                ["num_hidden_layers"] = image.Depth,
                ["num_attention_heads"] = image.Heads,
                ["hidden_act"] = "quick_gelu",
                ["layer_norm_eps"] = image.LayerNormEps,
                ["projection_dim"] = config.EmbedDimension,
            },
            ["text_config"] = new JsonObject
            {
                ["model_type"] = "clip_text_model",
                ["vocab_size"] = text.VocabularySize,
                ["max_position_embeddings"] = text.ContextLength,
                ["hidden_size"] = text.Width,
                ["intermediate_size"] = text.HiddenSize,
                ["num_hidden_layers"] = text.Depth,
                ["num_attention_heads"] = text.Heads,
                ["hidden_act"] = "quick_gelu",
                ["layer_norm_eps"] = text.LayerNormEps,
                ["bos_token_id"] = text.VocabularySize - 2,
                ["eos_token_id"] = text.VocabularySize - 1,
                ["projection_dim"] = config.EmbedDimension,
            },
        };
    }

    private static JsonObject Preprocessor(PreprocessConfig preprocess) => new()
    {
        ["image_processor_type"] = "CLIPImageProcessor",
        ["do_resize"] = true,
        ["size"] = new JsonObject { ["shortest_edge"] = preprocess.ImageSize },
        ["resample"] = 3,
        ["do_center_crop"] = true,
        ["crop_size"] = new JsonObject { ["height"] = preprocess.ImageSize, ["width"] = preprocess.ImageSize },
        ["do_rescale"] = true,
        ["do_normalize"] = true,
        ["image_mean"] = new JsonArray([.. preprocess.Mean.Select(value => (JsonNode)value)]),
        ["image_std"] = new JsonArray([.. preprocess.Std.Select(value => (JsonNode)value)]),
    };
}
