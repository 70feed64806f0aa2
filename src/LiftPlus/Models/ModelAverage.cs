using LiftPlus.Messages;
using LiftPlus.Texts;
using LiftPlus.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Models;

/// <summary>Represents the weighted mean of the trained values of several models. They live until it is disposed.</summary>
internal sealed class ModelAverage : IDisposable
{
    private const double SumTolerance = 1e-6;
    private const int Listed = 20;
    private const string Owner = "the average",
        OfFirst = "in models[0]";

    private readonly FineTunedModel[] _models;
    private readonly double[] _weights;
    private readonly List<ModelUse> _uses = [];
    private readonly List<IReadOnlyDictionary<string, Tensor>> _states = [];

    /// <exception cref="LiftPlusException">The models or weights do not fit together; all differences are listed.</exception>
    /// <exception cref="ObjectDisposedException">A model is disposed.</exception>
    public ModelAverage(FineTunedModel[] models, IEnumerable<double>? weights)
    {
        _models = models;
        _weights = [.. weights ?? Enumerable.Repeat(1.0 / Math.Max(models.Length, 1), models.Length)];
        try
        {
            foreach (FineTunedModel model in models)
                _uses.Add(model.Enter());
            _states.AddRange(_models.Zip(_uses, (model, use) => TrainableParameters.State(model.Backbone, use.Head.Classifier)));
            string[] problems = [.. WeightProblems(), .. Enumerable.Range(1, Math.Max(models.Length - 1, 0)).SelectMany(Differences)];
            if (problems.Length > 0)
                throw new LiftPlusException($"The models cannot be averaged: {MessageText.FirstAndRest(problems, Listed, "; ")}.");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Makes the model.</summary>
    public FineTunedModel Create(ModelLoadOptions options, CancellationToken cancellationToken)
    {
        FineTunedModel first = _models[0];
        return SavedModel.Create(
            new SavedDescription(Owner, Owner, SavedModel.Describe(first, _uses[0].Head, Environment.CurrentDirectory)),
            new MemoryWeights(Owner, _states[0]),
            Fill,
            [],
            options with
            {
                Decoder = options.Decoder ?? first.Decoder,
            },
            cancellationToken
        );
    }

    public void Dispose() => _uses.ForEach(use => use.Dispose());

    private void Fill(IReadOnlyDictionary<string, Tensor> targets)
    {
        using IDisposable noGrad = no_grad();
        foreach ((string name, Tensor target) in targets)
        {
            using DisposeScope scope = NewDisposeScope();
            target.copy_(target.is_floating_point() ? Mean(name, target.shape) : _states[0][name]);
        }
    }

    private Tensor Mean(string name, long[] shape)
    {
        Tensor sum = zeros(shape, float64);
        foreach ((IReadOnlyDictionary<string, Tensor> state, double weight) in _states.Zip(_weights))
            TensorMath.Add_(sum, TensorMath.Scale(state[name].to(float64).cpu(), weight));
        return sum;
    }

    private IEnumerable<string> WeightProblems()
    {
        if (_models.Length < 2)
            yield return $"there are {_models.Length}; give two or more";
        if (_weights.Length != _models.Length)
            yield return $"there are {_models.Length} models and {_weights.Length} weights; give a weight for each model";
        double sum = _weights.Sum();
        if (!(Math.Abs(sum - 1) <= SumTolerance))
            yield return FormattableString.Invariant($"the weights {string.Join(", ", _weights)} have the sum {sum:G6}; it must be 1");
    }

    // From the first model; those of values only if all else is equal.
    private string[] Differences(int index)
    {
        (FineTunedModel first, FineTunedModel other) = (_models[0], _models[index]);
        (ModelHead head, ModelHead heads) = (_uses[0].Head, _uses[index].Head);
        string[] lines =
        [
            .. ClassName.AreSame(heads.Classes.Names, head.Classes.Names)
                ? []
                : (string[])["it has other classes or another order of them"],
            .. InitialModel.Differences(head.Recipe, heads.Recipe, OfFirst),
            .. first.BackboneIdentity.Differences(other.BackboneIdentity, OfFirst),
        ];
        if (lines.Length == 0)
            lines = [.. ValueDifferences(_states[0], _states[index])];
        return [.. lines.Select(line => $"models[{index}]: {line}")];
    }

    // Indices and masks must be equal; the counter of a batch normalization need not.
    private static IEnumerable<string> ValueDifferences(
        IReadOnlyDictionary<string, Tensor> first,
        IReadOnlyDictionary<string, Tensor> other
    )
    {
        foreach (string name in first.Keys.Union(other.Keys))
        {
            if (!first.TryGetValue(name, out Tensor? one) || !other.TryGetValue(name, out Tensor? two))
                yield return $"only one of the two has '{name}'";
            else if (!one.shape.AsSpan().SequenceEqual(two.shape))
                yield return $"'{name}' has the shape {TensorInfo.Format(two.shape)} and {TensorInfo.Format(one.shape)} {OfFirst}";
            else if (!one.is_floating_point() && one.dim() > 0 && !IsEqual(one, two))
                yield return $"'{name}' is otherwise than {OfFirst}: the methods train other entries";
        }
    }

    private static bool IsEqual(Tensor one, Tensor two)
    {
        using DisposeScope scope = NewDisposeScope();
        return one.cpu().eq(two.cpu()).all().item<bool>();
    }
}
