using System.Text.Json;
using LiftPlus.Backbones.Libraries;

namespace LiftPlus.Parity.Tests.Modern;

/// <summary>Compares what is known of timm's architectures by their names with what timm's registrations pass.</summary>
public sealed class TimmArchitecturesTests
{
    private static readonly string[] s_modules = ["vision_transformer", "eva", "beit", "deit"];

    [Fact]
    public void EveryVisionTransformerHasTheHeadsTheActivationAndThePoolingOfItsRegistration()
    {
        Assert.SkipWhen(ModernGolden.Root is null, $"The modern golden set is not here ({ModernGolden.Variable}).");
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(ModernGolden.PathOf("timm_architectures.json")));
        int known = 0;
        List<string> wrong = [];
        foreach (JsonProperty entry in document.RootElement.EnumerateObject())
        {
            if (entry.Value.ValueKind != JsonValueKind.Object || !s_modules.Contains(entry.Value.GetProperty("module").GetString()))
                continue;
            JsonElement arguments = entry.Value.GetProperty("args");
            if (!TimmArchitectures.IsKnownViT(entry.Name) || TimmArchitectures.Refusal(entry.Name) is not null)
                continue;
            known++;
            int width = Number(arguments, "embed_dim") ?? 768,
                heads = Number(arguments, "num_heads") ?? 12;
            string activation = Text(arguments, "act_layer") ?? "gelu",
                pooling =
                    Text(arguments, "global_pool") ?? (entry.Value.GetProperty("module").GetString() is "eva" or "beit" ? "avg" : "token");
            if (TimmArchitectures.Heads(entry.Name, width) != heads)
                wrong.Add($"{entry.Name}: {TimmArchitectures.Heads(entry.Name, width)} heads for {heads}");
            bool isGated = activation == "SiLU"; // shown by the tensors
            if (!isGated && Name(TimmArchitectures.Activation(entry.Name)) != activation)
                wrong.Add($"{entry.Name}: {TimmArchitectures.Activation(entry.Name)} for {activation}");
            if (TimmArchitectures.Pooling(entry.Name) != pooling)
                wrong.Add($"{entry.Name}: pooling {TimmArchitectures.Pooling(entry.Name)} for {pooling}");
        }

        Assert.True(wrong.Count == 0, string.Join("; ", wrong));
        Assert.True(known > 100, $"{known} architectures");
        TestContext.Current.SendDiagnosticMessage($"{known} of timm's vision transformers are known by name");
    }

    private static string Name(Activation activation) =>
        activation switch
        {
            Activation.QuickGelu => "quick_gelu",
            Activation.GeluTanh => "gelu_tanh",
            _ => "gelu",
        };

    private static int? Number(JsonElement arguments, string name) =>
        arguments.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number ? value.GetInt32() : null;

    private static string? Text(JsonElement arguments, string name) =>
        arguments.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
