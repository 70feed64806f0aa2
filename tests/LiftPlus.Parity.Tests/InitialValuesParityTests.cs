using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using LiftPlus.Classifiers;
using LiftPlus.Peft;
using LiftPlus.TestSupport;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Parity.Tests;

/// <summary>
/// Compares initial values with golden/peft/init_facts: shapes and constants exactly, random values by mean, deviation and, if they are
/// bounded, range.
/// </summary>
public sealed partial class InitialValuesParityTests
{
    private static readonly JsonElement s_measured = GoldenFolder.Json("peft", "init_facts.json").GetProperty("measured");

    public static TheoryData<string> Modules => [.. s_measured.EnumerateObject().Select(entry => entry.Name)];

    [Theory]
    [MemberData(nameof(Modules))]
    public void AreDistributedAsTheReferences(string module)
    {
        JsonElement[] facts = [.. s_measured.GetProperty(module).EnumerateArray().Where(entry => entry.TryGetProperty("shape", out _))];
        using nn.Module ours = Create(module, facts[0].GetProperty("shape"));
        var parameters = ours.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter);
        foreach (JsonElement fact in facts)
        {
            Parameter parameter = fact.TryGetProperty("name", out JsonElement name)
                ? parameters[name.GetString()!]
                : Assert.Single(parameters).Value;
            Assert.Equal(fact.GetProperty("shape").Deserialize<long[]>(), parameter.shape);
            Same(fact, [.. parameter.detach().flatten().data<float>().Select(value => (double)value)], $"{module}.{name}");
        }

        if (facts.Any(fact => fact.TryGetProperty("name", out _)))
            Assert.Equal(facts.Select(fact => fact.GetProperty("name").GetString()!).Order(), parameters.Keys.Order());
    }

    private static void Same(JsonElement fact, double[] values, string what)
    {
        (double mean, double deviation) = (values.Average(), Math.Sqrt(values.Average(value => Math.Pow(value - values.Average(), 2))));
        (double wantedMean, double wanted) = (fact.GetProperty("mean").GetDouble(), fact.GetProperty("std").GetDouble());
        // Two samples of the same distribution: six standard errors of the mean, and of the deviation.
        double error = 6 * Math.Sqrt(2.0 / values.Length);
        Assert.True(Math.Abs(mean - wantedMean) <= error * wanted, $"{what}: mean {mean}, the reference's {wantedMean}");
        Assert.True(Math.Abs(deviation - wanted) <= error * wanted, $"{what}: deviation {deviation}, the reference's {wanted}");
        // The deviation of a uniform distribution is its half-width divided by the root of 3, so it almost determines the range.
        if (!fact.TryGetProperty("max", out JsonElement max) || Math.Abs(max.GetDouble() / Math.Sqrt(3) - wanted) > 0.03 * wanted)
            return;
        Assert.InRange(values.Max(), 0.95 * max.GetDouble(), 1.05 * max.GetDouble());
        Assert.InRange(values.Min(), 1.05 * fact.GetProperty("min").GetDouble(), 0.95 * fact.GetProperty("min").GetDouble());
    }

    private static nn.Module Create(string module, JsonElement shape)
    {
        Match name = Name().Match(module);
        int[] sizes = [.. Number().Matches(module[name.Length..]).Select(match => int.Parse(match.Value, CultureInfo.InvariantCulture))];
        (int rows, int width) = name.Value is "prompt" or "ctx" ? (shape[0].GetInt32(), shape[1].GetInt32()) : (sizes[^1], sizes[0]);
        var random = new Generator(1);
        AdapterContext site = new()
        {
            Site = AdapterSites.Query,
            Layer = 0,
            Layers = [0],
            InputWidth = width,
            OutputWidth = width,
            ClassCount = 100,
            Random = random,
        };
        var head = new ClassifierContext(width, rows, random);
        return name.Value switch
        {
            "LoRA" => new LoraOptions { Rank = rows }.CreateAdapter(site),
            "Adapter" => new BottleneckAdapterOptions { Dimension = rows }.CreateAdapter(site),
            "AdaptFormer" => new AdaptFormerOptions { Dimension = rows }.CreateAdapter(site),
            "SSF" => new SsfOptions().CreateAdapter(site),
            // Learned context is drawn in the same way, inside a text tower.
            "prompt" or "ctx" => new VisualPromptOptions { Length = rows }.CreateAdapter(site),
            "LinearClassifier" => new LinearClassifierOptions().CreateClassifier(head),
            "CosineClassifier" => new CosineClassifierOptions().CreateClassifier(head),
            "L2NormClassifier" => new L2NormClassifierOptions().CreateClassifier(head),
            "LayerNormClassifier" => new LayerNormClassifierOptions().CreateClassifier(head),
            _ => throw new InvalidDataException($"The golden set measured '{module}', which no test makes."),
        };
    }

    [GeneratedRegex(@"^\w+")]
    private static partial Regex Name();

    [GeneratedRegex(@"\d+")]
    private static partial Regex Number();
}
