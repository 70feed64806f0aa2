using LiftPlus.Classifiers;
using LiftPlus.Sites;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Models;

/// <summary>
/// Finds the trained tensors of a model by name, in a fixed order: adapters and unfrozen parameters of the backbone, then the classifier.
/// </summary>
internal static class TrainableParameters
{
    private const string ClassifierPrefix = "classifier.";

    public static IReadOnlyList<(string Name, Parameter Parameter)> Get(Backbone backbone, Classifier classifier) =>
        [
            .. backbone.named_parameters().Where(entry => entry.parameter.requires_grad).Select(entry => (entry.name, entry.parameter)),
            .. classifier.named_parameters().Select(entry => (ClassifierPrefix + entry.name, entry.parameter)),
        ];

    /// <summary>Returns those that a run optimizes: all, or only the classifier's.</summary>
    public static IReadOnlyList<(string Name, Parameter Parameter)> Optimized(FineTunedModel model) =>
        [
            .. Get(model.Backbone, model.Classifier)
                .Where(entry => !model.TrainsClassifierOnly || entry.Name.StartsWith(ClassifierPrefix, StringComparison.Ordinal)),
        ];

    /// <summary>Returns the factors that methods have on the learning rates of their parameters, where they are not 1.</summary>
    public static IReadOnlyDictionary<string, double> Factors(Backbone backbone) =>
        (
            from entry in backbone.named_modules()
            where entry.module is Adapter
            from parameter in entry.module.named_parameters()
            let factor = ((Adapter)entry.module).LearningRateFactor(parameter.name)
            where factor != 1
            select KeyValuePair.Create($"{entry.name}.{parameter.name}", factor)
        ).ToDictionary();

    /// <summary>
    /// Returns what a model folder holds: the trained parameters, and state that belongs to them without being trained by gradients
    /// (<see cref="Backbone.TrainedState"/>).
    /// </summary>
    public static IReadOnlyDictionary<string, Tensor> State(Backbone backbone, Classifier classifier) =>
        backbone
            .TrainedState()
            .Concat(
                classifier.named_parameters().Select(entry => KeyValuePair.Create(ClassifierPrefix + entry.name, (Tensor)entry.parameter))
            )
            .ToDictionary();
}
