using LiftPlus.Models;
using LiftPlus.Optimization;
using LiftPlus.Runs;
using LiftPlus.Weights;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Training;

/// <summary>The tensors that steps change: the model's trained state, the optimiser's, and the moving averages. Owns the latter two.</summary>
internal sealed class RunTensors : IDisposable
{
    private const string ModelPrefix = "model.",
        OptimizerPrefix = "optimizer.",
        AveragePrefix = "average.";

    private readonly FineTunedModel _model;

    public RunTensors(FineTunedModel model)
    {
        _model = model;
        Parameters = TrainableParameters.Get(model.Backbone, model.Classifier);
        TrainingOptions options = model.Recipe.Training;
        Optimizer = options.Optimizer.CreateOptimizer(ParameterGrouping.Apply(options.ParameterGroups, Parameters));
        Average = options.AveragingDecay is double decay ? new ParameterAverage(Parameters, decay) : null;
    }

    public IReadOnlyList<(string Name, Parameter Parameter)> Parameters { get; }

    public Optimizer Optimizer { get; }

    public ParameterAverage? Average { get; }

    /// <summary>The name of a parameter that holds NaN or infinity; null where there is none.</summary>
    public string? NonFinite()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        return Parameters.FirstOrDefault(entry => !entry.Parameter.isfinite().all().item<bool>()).Name;
    }

    /// <summary>Everything, by the names it has in a checkpoint. The tensors are live.</summary>
    public IReadOnlyCollection<KeyValuePair<string, Tensor>> All() =>
        [
            .. Named(ModelPrefix, TrainableParameters.State(_model.Backbone, _model.Classifier)),
            .. Named(OptimizerPrefix, Optimizer.State),
            .. Average is null ? [] : Named(AveragePrefix, Average.Tensors),
        ];

    /// <summary>The trained tensors of a checkpoint's model.</summary>
    public static WeightSource ModelOf(TrainingCheckpoint checkpoint) => checkpoint.Tensors(ModelPrefix);

    /// <summary>Copies a checkpoint's values in.</summary>
    public void Load(TrainingCheckpoint checkpoint)
    {
        WeightLoader.Load(TrainableParameters.State(_model.Backbone, _model.Classifier), ModelOf(checkpoint));
        if (Average is not null)
            WeightLoader.Load(Average.Tensors, checkpoint.Tensors(AveragePrefix));
        using DisposeScope scope = NewDisposeScope();
        WeightSource optimizer = checkpoint.Tensors(OptimizerPrefix);
        Optimizer.LoadState(optimizer.Tensors.Keys.ToDictionary(name => name, optimizer.Read));
    }

    public void Dispose()
    {
        Optimizer.Dispose();
        Average?.Dispose();
    }

    private static IEnumerable<KeyValuePair<string, Tensor>> Named(string prefix, IEnumerable<KeyValuePair<string, Tensor>> tensors) =>
        tensors.Select(entry => KeyValuePair.Create(prefix + entry.Key, entry.Value));
}
