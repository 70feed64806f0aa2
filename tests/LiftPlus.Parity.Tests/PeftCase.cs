using System.Globalization;
using System.Text.Json;
using LiftPlus.TestSupport;

namespace LiftPlus.Parity.Tests;

/// <summary>Translates the options of one case of golden/peft into ours.</summary>
internal sealed class PeftCase
{
    /// <summary>Lists files in the folder that other tests read.</summary>
    public static readonly string[] NotCases = ["auto_sizes", "init_facts", "known_failures"];

    public PeftCase(string name)
        : this(name, GoldenFolder.Json("peft", name + ".json"), GoldenFolder.Tensors("peft", name + ".safetensors")) { }

    public PeftCase(string name, JsonElement json, GoldenFile tensors)
    {
        (Name, Json, Tensors) = (name, json, tensors);
        Methods = [.. Translate()];
    }

    /// <summary>Gets the names of all cases in the folder.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        .. Directory
            .EnumerateFiles(GoldenFolder.PathOf("peft"), "*.json")
            .Select(path => Path.GetFileNameWithoutExtension(path)!)
            .Except(NotCases)
            .Order(StringComparer.Ordinal),
    ];

    public string Name { get; }

    public JsonElement Json { get; }

    public GoldenFile Tensors { get; }

    public IReadOnlyList<PeftOptions> Methods { get; }

    /// <summary>Gets the weight file of the backbone.</summary>
    public string Weights =>
        GoldenFolder.PathOf(
            "backbones",
            Backbone switch
            {
                null => "clip_vit.openai.safetensors",
                "rn" => "clip_rn.openai.safetensors",
                string other => $"{other}.timm.safetensors",
            }
        );

    /// <summary>Gets the inputs of the case: images, labels, class counts, class tokens.</summary>
    public Func<string, GoldenTensor> Inputs
    {
        get
        {
            GoldenFile inputs = GoldenFolder.Tensors("peft", Backbone is null ? "inputs.safetensors" : "rn_inputs.safetensors");
            GoldenFile images = Backbone is null
                ? inputs
                : GoldenFolder.Tensors("backbones", Backbone == "rn" ? "clip_rn.io.safetensors" : $"{Backbone}.io.safetensors");
            return name => name == "images" ? images[name] : inputs[name];
        }
    }

    private string? Backbone => Json.TryGetProperty("backbone", out JsonElement backbone) ? backbone.GetString() : null;

    /// <summary>Gets the class name of the head in the reference; null for CLIP logits.</summary>
    public string? Classifier => Json.GetProperty("classifier").GetString();

    public IReadOnlyList<(string Name, long[] Shape)> Trainable =>
        [
            .. Json.GetProperty("trainable")
                .EnumerateArray()
                .Select(entry => (entry.GetProperty("name").GetString()!, entry.GetProperty("shape").Deserialize<long[]>()!)),
        ];

    private IEnumerable<PeftOptions> Translate()
    {
        var rest = Json.GetProperty("overrides").EnumerateObject().ToDictionary(entry => entry.Name, entry => entry.Value);
        rest.Remove("classifier");
        var methods = new List<PeftOptions>();
        (string, Tower, string)[] towers = [("v.", Tower.Image, "image_encoder"), ("l.", Tower.Text, "text_encoder")];
        foreach ((string prefix, Tower tower, string encoder) in towers)
        {
            bool Has(string method) => Take(rest, prefix + method);
            LayerSelection On(string method) => Layers(rest, $"{prefix}{method}_layers");
            int? Size(string key, string end, int axis) => SizeOf(rest, prefix + key, tower, encoder + ".blocks.", end, axis);

            // The reference's order of application.
            if (Has("fft"))
                methods.Add(new FullFineTuningOptions { Tower = tower, Layers = On("fft") });
            if (Has("bitfit"))
                methods.Add(new BitFitOptions { Tower = tower, Layers = On("bitfit") });
            if (Has("aft"))
                methods.Add(Masked(rest, prefix) with { Tower = tower, Layers = On("aft") });
            if (Has("pt"))
                methods.Add(
                    new VisualPromptOptions
                    {
                        Tower = tower,
                        Length = Size("pt_len", ".prompt", 0),
                        Layers = On("pt"),
                    }
                );
            if (Has("lora"))
                methods.Add(
                    new LoraOptions
                    {
                        Tower = tower,
                        Rank = Size("lora_dim", ".q.down", 1),
                        Layers = On("lora"),
                    }
                );
            if (Has("adapter"))
            {
                int? size = Size("adapter_dim", ".adapter.down.bias", 0);
                methods.Add(
                    new BottleneckAdapterOptions
                    {
                        Tower = tower,
                        Dimension = size,
                        Layers = On("adapter"),
                    }
                );
            }

            if (Has("adaptformer"))
            {
                int? size = Size("adaptformer_dim", ".adaptformer.down.bias", 0);
                methods.Add(
                    new AdaptFormerOptions
                    {
                        Tower = tower,
                        Dimension = size,
                        Layers = On("adaptformer"),
                    }
                );
            }

            if (Has("ssf"))
                methods.Add(new SsfOptions { Tower = tower, Layers = On("ssf") });
        }

        if (Take(rest, "proj_tuning"))
            methods.Add(new ProjectionTuningOptions());
        if (Take(rest, "clip_adapter"))
            methods.Add(new ClipAdapterOptions { Dimension = (int)Trainable.First(entry => entry.Name.EndsWith("down.bias")).Shape[0] });
        if (Take(rest, "coop"))
            methods.Add(LearnedContext(rest));
        if (rest.Remove("test_only")) // coop_photo: the trainer was built without a method, and the method of the encoder was called later
            methods.Add(PhotoContext());
        if (Json.TryGetProperty("direct_call", out JsonElement call) && call.ValueKind == JsonValueKind.String)
        {
            Assert.Equal("unfreeze_bn", call.GetString());
            methods.Add(new BatchNormTuningOptions());
        }

        Assert.True(rest.Count == 0, $"golden/peft/{Name}.json overrides {string.Join(", ", rest.Keys)}, which no test translates.");
        return methods;
    }

    private static bool Take(Dictionary<string, JsonElement> overrides, string key) =>
        overrides.Remove(key, out JsonElement value) && value.GetBoolean();

    // The reference derives image sizes as we do. Its text tower has fixed defaults, which the shapes show.
    private int? SizeOf(Dictionary<string, JsonElement> overrides, string key, Tower tower, string start, string end, int axis)
    {
        if (overrides.Remove(key, out JsonElement value))
            return value.GetInt32();
        if (tower == Tower.Image)
            return null;
        return (int)
            Trainable
                .First(entry =>
                    entry.Name.StartsWith(start, StringComparison.Ordinal) && entry.Name.EndsWith(end, StringComparison.Ordinal)
                )
                .Shape[axis];
    }

    private static ArbitraryFineTuningOptions Masked(Dictionary<string, JsonElement> overrides, string prefix) =>
        new()
        {
            Part = (overrides.Remove(prefix + "aft_loc", out JsonElement part) ? part.GetString() : null) switch
            {
                "attn" => ArbitraryFineTuningPart.Attention,
                "mlp" => ArbitraryFineTuningPart.Mlp,
                _ => ArbitraryFineTuningPart.All,
            },
            Ratio = overrides.Remove(prefix + "aft_ratio", out JsonElement ratio) ? ratio.GetDouble() : null,
            Seed = GoldenFolder.Json("peft", "auto_sizes.json").GetProperty("aft_rows")[0][5].GetInt32(),
        };

    private CoOpOptions LearnedContext(Dictionary<string, JsonElement> overrides)
    {
        overrides.Remove("coop_ctx_len");
        var options = new CoOpOptions
        {
            Length = (int)Trainable.Single(entry => entry.Name == "text_encoder.ctx").Shape[0],
            Position = overrides.Remove("coop_cls_pos", out JsonElement position)
                ? Enum.Parse<ClassNamePosition>(position.GetString()!, ignoreCase: true)
                : ClassNamePosition.End,
        };
        Assert.Equal(Json.GetProperty("template").GetString(), options.PromptTemplate);
        Assert.Equal(Tensors["ctx_loc"].Integers(), options.Locations.Select(location => (long)location));
        return options;
    }

    private CoOpOptions PhotoContext()
    {
        // Start of text, the words (the class name's place "{}" among them), end of text: the largest id.
        long[] text = Tensors["init_text_tokens"].Integers();
        long[] locations = Tensors["ctx_loc"].Integers();
        long end = Array.IndexOf(text, text.Max());
        var options = new CoOpOptions
        {
            Start = CoOpStart.PhotoPrompt,
            PhotoTokens = [.. locations.Select(location => (int)text[1 + (location + end - 1) % (end - 1)])],
        };
        Assert.Equal(Json.GetProperty("template").GetString(), options.PromptTemplate);
        Assert.Equal(locations, options.Locations.Select(location => (long)location));
        return options;
    }

    /// <summary>null: all; an integer: the last k; else a Python list or range.</summary>
    internal static LayerSelection Layers(Dictionary<string, JsonElement> overrides, string key)
    {
        if (!overrides.Remove(key, out JsonElement value) || value.ValueKind == JsonValueKind.Null)
            return LayerSelection.All;
        return value.ValueKind == JsonValueKind.Number
            ? LayerSelection.Last(value.GetInt32())
            : LayerSelection.From(Python(value.GetString()!));
    }

    private static IEnumerable<int> Python(string expression)
    {
        int[] numbers =
        [
            .. expression
                .Split('[', ']', '(', ')', ',')
                .Select(part => part.Trim())
                .Where(part => part.Length > 0 && part != "range")
                .Select(part => int.Parse(part, CultureInfo.InvariantCulture)),
        ];
        if (!expression.StartsWith("range", StringComparison.Ordinal))
            return numbers;
        (int start, int stop, int step) = numbers.Length switch
        {
            1 => (0, numbers[0], 1),
            2 => (numbers[0], numbers[1], 1),
            _ => (numbers[0], numbers[1], numbers[2]),
        };
        return Enumerable.Range(0, (stop - start + step - 1) / step).Select(i => start + i * step);
    }
}
