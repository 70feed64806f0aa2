using System.Text.Json;
using LiftPlus.Losses;
using LiftPlus.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Parity.Tests;

/// <summary>Compares losses with golden/losses: value and gradient on every batch.</summary>
public sealed class LossesParityTests
{
    private static readonly GoldenFile s_golden = GoldenFolder.Tensors("losses", "losses.safetensors");
    private static readonly JsonElement s_json = GoldenFolder.Json("losses", "losses.json");

    // Maps the names of the reference; a suffix such as "_tau2" is a setting.
    private static (LossOptions Options, double Scale) Options(string name) =>
        (name.Split('_')[0], Setting(name)) switch
        {
            ("CE", _) => (new CrossEntropyLossOptions(), 25),
            ("Focal", var gamma) => (new FocalLossOptions { Gamma = gamma ?? 2 }, 25),
            ("LDAM", var scale) => (new LdamLossOptions(), scale ?? 25),
            ("CB", var beta) => (new ClassBalancedLossOptions { Beta = beta ?? 0.9999 }, 25),
            ("GRW", var exponent) => (new GeneralizedReweightLossOptions { Exponent = exponent ?? 1 }, 25),
            ("BS", _) => (new BalancedSoftmaxLossOptions(), 25),
            ("LA", var tau) => (new LogitAdjustedLossOptions { Tau = tau ?? 1 }, 25),
            ("LADE", _) => (new LadeLossOptions(), 25),
            _ => throw new InvalidDataException($"The golden set has the loss '{name}', which is in no table here."),
        };

    private static double? Setting(string name)
    {
        string suffix = name.Contains('_') ? name[(name.IndexOf('_') + 1)..].TrimStart([.. "abcdefghijklmnopqrstuvwxyz"]) : "";
        return suffix.Length == 0 ? null : double.Parse(suffix);
    }

    public static TheoryData<string, string> Cases
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (JsonProperty loss in s_json.GetProperty("losses").EnumerateObject())
            {
                foreach (JsonProperty batch in s_json.GetProperty("batches").EnumerateObject())
                    cases.Add(loss.Name, batch.Name);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void ValueAndGradientAreTheReferences(string name, string batch)
    {
        using DisposeScope scope = NewDisposeScope();
        (LossOptions options, double scale) = Options(name);
        using LongTailLoss loss = options.CreateLoss(new LossContext(Classes(), scale, CPU));
        Tensor logits = s_golden[$"{batch}.logits"].ToTensor().requires_grad_();
        Tensor value = loss.forward(logits, s_golden[$"{batch}.labels"].ToTensor());
        double rtol = options is ClassBalancedLossOptions ? 3e-5 : 1e-5; // the reference computed those weights in float32
        TensorAssert.Close(s_golden[$"{batch}.{name}.loss"], value, rtol, 1e-6, "loss");

        value.backward();
        Assert.True(logits.grad!.isfinite().all().item<bool>());
        Tensor gradient = s_golden[$"{batch}.{name}.grad"].ToTensor();
        gradient = where(gradient.isnan(), logits.grad!, gradient); // the reference's focal loss has no slope at p = 1 for gamma < 1
        TensorAssert.Close(gradient, logits.grad!, 1e-4, 1e-6, "gradient");
    }

    private static ClassDistribution Classes()
    {
        int[] counts = [.. s_golden["class_counts"].Integers().Select(count => (int)count)];
        return new ClassDistribution(counts.Select((_, c) => $"class {c}"), counts);
    }
}
