using LiftPlus.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Benchmarks;

/// <summary>
/// The measured ViT as an ONNX file, as one would export it for speed: every constant factor folded into a weight, attention and
/// QuickGELU as ONNX Runtime's own fused operators.
/// </summary>
internal static class OnnxVit
{
    private const long Width = 768;
    private const long Tokens = 197;
    private const int Heads = 12;
    private const int Depth = 12;
    private const int Patch = 16;

    /// <summary>The file's bytes, for so many images at a time.</summary>
    /// <param name="weights">The backbone's and the head's parameters by name.</param>
    /// <param name="batch">Images a run.</param>
    /// <param name="logitScale">The cosine head's factor.</param>
    public static byte[] Write(IReadOnlyDictionary<string, Tensor> weights, long batch, double logitScale)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        var graph = new OnnxGraph();
        Tensor W(string name) => weights[name];
        string Linear(string x, Tensor weight, Tensor bias) =>
            graph.Apply("Add", [graph.Apply("MatMul", [x, graph.Constant(weight.t())]), graph.Constant(bias)]);
        string Layer(string x, string name) => Linear(x, W(name + ".weight"), W(name + ".bias"));
        string Norm(string x, string name) =>
            graph.Apply(
                "LayerNormalization",
                [x, graph.Constant(W(name + ".weight")), graph.Constant(W(name + ".bias"))],
                ("axis", -1),
                ("epsilon", 1e-5f)
            );

        int[] square = [Patch, Patch];
        string patches = graph.Apply(
            "Conv",
            ["images", graph.Constant(W("image.patch_embed.proj.weight"))],
            ("strides", square),
            ("kernel_shape", square)
        );
        string rows = graph.Apply(
            "Transpose",
            [graph.Apply("Reshape", [patches, graph.Constant(batch, Width, Tokens - 1)])],
            ("perm", (int[])[0, 2, 1])
        );
        string first = graph.Constant(W("image.cls_token").view(1, 1, Width).expand(batch, 1, Width));
        string x = graph.Apply(
            "Add",
            [graph.Apply("Concat", [first, rows], ("axis", 1)), graph.Constant(W("image.pos_embed").view(1, Tokens, Width))]
        );
        x = Norm(x, "image.norm_pre");
        for (int block = 0; block < Depth; block++)
        {
            string at = $"image.blocks.{block}";
            string qkv = Norm(x, at + ".norm1");
            string attention = graph.ApplyOf(
                "com.microsoft",
                "Attention",
                [qkv, graph.Constant(W(at + ".attn.qkv.weight").t()), graph.Constant(W(at + ".attn.qkv.bias"))],
                ("num_heads", Heads)
            );
            string h = graph.Apply("Add", [x, Layer(attention, at + ".attn.proj")]);
            string hidden = graph.ApplyOf(
                "com.microsoft",
                "QuickGelu",
                [Layer(Norm(h, at + ".norm2"), at + ".mlp.fc1")],
                ("alpha", (float)ActivationFunctions.QuickGeluSlope)
            );
            string adapter = at + ".mlp_branch.adaptformer";
            string narrow = graph.Apply("Relu", [Layer(Norm(h, adapter + ".norm"), adapter + ".down")]);
            Tensor scale = W(adapter + ".scale");
            string branch = Linear(narrow, W(adapter + ".up.weight").mul(scale), W(adapter + ".up.bias").mul(scale));
            x = graph.Apply("Add", [graph.Apply("Add", [h, Layer(hidden, at + ".mlp.fc2")]), branch]);
        }

        string token = graph.Apply("Gather", [x, graph.Apply("Squeeze", [graph.Constant(0L)])], ("axis", 1));
        string feature = graph.Apply("LpNormalization", [Norm(token, "image.norm")], ("axis", -1), ("p", 2));
        Tensor head = TensorMath.Scale(TensorMath.Normalize(W("head")), logitScale);
        string logits = graph.Apply("MatMul", [feature, graph.Constant(head.t())]);
        return graph.Finish("images", [batch, 3, 224, 224], logits, [batch, head.shape[0]]);
    }
}
