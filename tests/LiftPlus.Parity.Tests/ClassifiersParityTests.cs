using System.Text.Json;
using LiftPlus.Classifiers;
using LiftPlus.TestSupport;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Parity.Tests;

/// <summary>Compares classifiers with golden/classifiers/forward: logits and gradients of sum(logits · upstream).</summary>
public sealed class ClassifiersParityTests
{
    private static readonly GoldenFile s_golden = GoldenFolder.Tensors("classifiers", "forward.safetensors");
    private static readonly JsonElement s_forms = GoldenFolder.Json("classifiers", "forward.json").GetProperty("forms");

    private static ClassifierOptions Options(JsonElement form)
    {
        bool bias = form.GetProperty("has_bias").GetBoolean();
        return form.GetProperty("reference_class").GetString() switch
        {
            "CosineClassifier" => new CosineClassifierOptions { Scale = form.GetProperty("scale").GetDouble(), Bias = bias },
            "LinearClassifier" => new LinearClassifierOptions { Bias = bias },
            "L2NormClassifier" => new L2NormClassifierOptions { Bias = bias },
            "LayerNormClassifier" => new LayerNormClassifierOptions { Bias = bias },
            string other => throw new InvalidDataException($"The golden set has the head '{other}', which no test translates."),
            null => throw new InvalidDataException("A form of the golden set names no head."),
        };
    }

    public static TheoryData<string> Forms => [.. s_forms.EnumerateObject().Select(form => form.Name)];

    [Theory]
    [MemberData(nameof(Forms))]
    public void ForwardAndGradientsAreTheReferences(string form)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor features = s_golden["features"].ToTensor().requires_grad_();
        using Classifier head = Create(Options(s_forms.GetProperty(form)), s_golden["weight"]);
        Parameter? bias = head.named_parameters().FirstOrDefault(parameter => parameter.name == "bias").parameter;
        if (bias is not null)
        {
            using (no_grad())
                bias.copy_(s_golden["bias"].ToTensor());
        }

        Tensor logits = head.forward(features);
        TensorAssert.Close(s_golden[$"{form}.logits"], logits, 1e-5, 1e-5, "logits");

        logits.mul(s_golden["upstream"].ToTensor()).sum().backward();
        TensorAssert.Close(s_golden[$"{form}.grad_features"], features.grad!, 1e-4, 1e-5, "gradient of the features");
        TensorAssert.Close(s_golden[$"{form}.grad_weight"], head.Weight!.grad!, 1e-4, 1e-5, "gradient of the weight");
        Assert.Equal(s_forms.GetProperty(form).GetProperty("has_bias").GetBoolean(), bias is not null);
        if (bias is not null)
            TensorAssert.Close(s_golden[$"{form}.grad_bias"], bias.grad!, 1e-4, 1e-5, "gradient of the bias");
    }

    [Fact]
    public void ZeroRowsGiveZeroLogits()
    {
        using DisposeScope scope = NewDisposeScope();
        using Classifier head = Create(
            new CosineClassifierOptions { Scale = s_forms.GetProperty("cosine25").GetProperty("scale").GetDouble() },
            s_golden["zero_rows.weight"]
        );
        Tensor logits = head.forward(s_golden["zero_rows.features"].ToTensor());
        TensorAssert.Close(s_golden["zero_rows.cosine25.logits"], logits, 1e-5, 1e-5, "logits");
    }

    private static Classifier Create(ClassifierOptions options, GoldenTensor weight)
    {
        Classifier head = options.CreateClassifier(new ClassifierContext(weight.Shape[1], (int)weight.Shape[0], new Generator(0)));
        using Tensor directions = weight.ToTensor();
        head.SetWeight(directions);
        return head;
    }
}
