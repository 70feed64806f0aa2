using System.Text.Json;
using LiftPlus.Adapters;
using LiftPlus.TestSupport;
using static TorchSharp.torch;

namespace LiftPlus.Parity.Tests;

/// <summary>Compares the sizes that depend on the number of classes and layers with the reference.</summary>
public sealed class PeftSizeParityTests
{
    [Fact]
    public void AutomaticSizesMatchTheReference()
    {
        JsonElement golden = GoldenFolder.Json("peft", "auto_sizes.json");
        string[] columns = [.. golden.GetProperty("columns").EnumerateArray().Select(column => column.GetString()!)];
        (string Column, int Vectors)[] modules = [("prompt_len", 1), ("lora_dim", 4), ("adapter_dim", 2), ("adaptformer_dim", 2)];
        Assert.NotEqual(0, golden.GetProperty("rows").GetArrayLength());
        foreach (JsonElement row in golden.GetProperty("rows").EnumerateArray())
        {
            int Cell(string column) => row[Array.IndexOf(columns, column)].GetInt32();
            foreach ((string column, int vectors) in modules)
            {
                int size = BottleneckRule.Auto(Cell("num_classes"), vectors, Cell("layers"));
                Assert.True(
                    Cell(column) == size,
                    $"{column} of C = {Cell("num_classes")}, L = {Cell("layers")}: {size}, expected {Cell(column)}."
                );
            }
        }
    }

    [Fact]
    public void OnlyTheLayersThatGetAModuleCount()
    {
        JsonElement subset = GoldenFolder.Json("peft", "auto_sizes.json").GetProperty("layer_subset");
        JsonElement calls = subset.GetProperty("calls");
        (string Call, string Size, int Vectors)[] modules =
        [
            ("add_learnable_prompt", "prompt_len", 1),
            ("add_lora", "bottle_dim", 4),
            ("add_adapter", "bottle_dim", 2),
            ("add_adaptformer", "bottle_dim", 2),
        ];
        foreach ((string call, string size, int vectors) in modules)
        {
            JsonElement made = calls.GetProperty(call);
            int classes = subset.GetProperty("num_classes").GetInt32();
            int layers = made.GetProperty("layers").GetArrayLength();
            Assert.Equal(made.GetProperty(size).GetInt32(), BottleneckRule.Auto(classes, vectors, layers));
        }
    }

    [Fact]
    public void AutomaticSharesMatchTheReference()
    {
        JsonElement golden = GoldenFolder.Json("peft", "auto_sizes.json");
        string[] columns = [.. golden.GetProperty("aft_columns").EnumerateArray().Select(column => column.GetString()!)];
        Assert.NotEqual(0, golden.GetProperty("aft_rows").GetArrayLength());
        foreach (JsonElement row in golden.GetProperty("aft_rows").EnumerateArray())
        {
            long Cell(string column) => row[Array.IndexOf(columns, column)].GetInt64();
            long width = Cell("embed_dim");
            long attention = width * (4 * width + 4);
            long mlp = width * (8 * width + 5);
            string? part = row[Array.IndexOf(columns, "loc")].GetString();
            long entries = part switch
            {
                "attn" => attention,
                "mlp" => mlp,
                _ => attention + mlp,
            };
            double ratio = ArbitraryFineTuningOptions.AutomaticRatio((int)Cell("num_classes"), (int)Cell("layers"), width, entries);
            Assert.Equal(row[Array.IndexOf(columns, "ratio")].GetDouble(), ratio); // to the last bit: a floor follows
        }
    }

    [Fact]
    public void MasksMatchTheReference()
    {
        JsonElement golden = GoldenFolder.Json("peft", "auto_sizes.json");
        int seed = golden.GetProperty("aft_rows")[0][5].GetInt32();
        Assert.NotEqual(0, golden.GetProperty("mask_counts").GetArrayLength());
        foreach (JsonElement entry in golden.GetProperty("mask_counts").EnumerateArray())
        {
            long count = entry.GetProperty("shape").EnumerateArray().Aggregate(1L, (product, size) => product * size.GetInt64());
            using Tensor mask = MaskedWeight.Select(count, entry.GetProperty("ratio").GetDouble(), seed);
            long[] first = [.. entry.GetProperty("first_indices").EnumerateArray().Select(index => index.GetInt64())];
            Assert.Equal(entry.GetProperty("masked").GetInt64(), mask.numel());
            Assert.Equal(first, mask.data<long>().ToArray().Take(first.Length));
        }
    }

    [Fact]
    public void LayerSelectionsMeanWhatTheReferencesDo()
    {
        foreach (JsonElement row in GoldenFolder.Json("peft", "auto_sizes.json").GetProperty("parse_layers").EnumerateArray())
        {
            int depth = row.GetProperty("n_layers").GetInt32();
            int[]? expected = row.TryGetProperty("layers", out JsonElement layers) ? layers.Deserialize<int[]>() : null;
            var overrides = new Dictionary<string, JsonElement> { ["layers"] = row.GetProperty("value") };
            bool isArithmetic = row.GetProperty("value").ToString().Contains('+');
            if (expected is { Length: > 0 } && expected.All(layer => layer >= 0) && !isArithmetic)
                Assert.Equal(expected, PeftCase.Layers(overrides, "layers").Resolve(depth));
        }
    }
}
