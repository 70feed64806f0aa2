using LiftPlus.Classifiers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Tests.Serving;

/// <summary>A linear classifier that trains well and predicts badly.</summary>
public sealed record SpoiltClassifierOptions : ClassifierOptions
{
    public override string Type => "spoilt";

    /// <summary>How: "not", "throws", "wide" (a logit too many), "nan", "negative infinity" or "features".</summary>
    public string How { get; init; } = "not";

    public override Classifier CreateClassifier(ClassifierContext context) => new Spoilt(context, How);

    private sealed class Spoilt : Classifier
    {
        private readonly string _how;
        private readonly Parameter weight;

        public Spoilt(ClassifierContext context, string how)
            : base(nameof(Spoilt))
        {
            _how = how;
            weight = nn.Parameter(zeros(context.ClassCount, context.FeatureWidth));
            RegisterComponents();
        }

        public override Parameter Weight => weight;

        public override Tensor forward(Tensor features)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor logits = nn.functional.linear(features, weight);
            if (!training)
            {
                logits = _how switch
                {
                    "throws" => throw new InvalidOperationException("It does not want to."),
                    "wide" => cat([logits, logits.narrow(1, 0, 1)], 1),
                    "nan" => logits.mul(tensor(new[] { float.NaN })),
                    "negative infinity" => logits.exp().mul(tensor(new[] { float.NegativeInfinity, 1, 1 })),
                    _ => logits,
                };
            }

            return logits.MoveToOuterDisposeScope();
        }
    }
}
