using LiftPlus.Models;
using LiftPlus.Optimization;
using LiftPlus.Runs;
using LiftPlus.Weights;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Training;

/// <summary>
/// Holds the tensors that steps change: the trained state of the model, which it does not own, and the state of the optimizer, the moving
/// averages and the copies of the best model and of the start, which it owns.
/// </summary>
internal sealed class RunTensors : IDisposable
{
    private readonly FineTunedModel _model;

    public RunTensors(FineTunedModel model)
    {
        _model = model;
        Parameters = TrainableParameters.Optimized(model);
        TrainingOptions options = model.Recipe.Training;
        Optimizer = options.Optimizer.CreateOptimizer(
            ParameterGrouping.Apply(options.ParameterGroups, Parameters, TrainableParameters.Factors(model.Backbone))
        );
        Best = options.Return == ReturnedModel.Best ? new KeptTensors(Model()) : null;
        Average = options.AveragingDecay is double decay ? new ParameterAverage(Parameters, decay) : null;
        Start = options.StartShare > 0 ? new StartMean(Model(), options.StartShare) : null;
    }

    public IReadOnlyList<(string Name, Parameter Parameter)> Parameters { get; }

    public Optimizer Optimizer { get; }

    public ParameterAverage? Average { get; }

    /// <summary>Gets the copy of the best epoch's model; null if the run returns the last.</summary>
    public KeptTensors? Best { get; }

    /// <summary>Gets the values before the first step; null if they have no share in the finished model.</summary>
    public StartMean? Start { get; }

    /// <summary>Gives the model the values that it would have if the run ended now; <see cref="LeaveFinished"/> takes them back.</summary>
    public void EnterFinished()
    {
        Average?.Swap();
        Start?.Enter();
    }

    public void LeaveFinished()
    {
        Start?.Leave();
        Average?.Swap();
    }

    /// <summary>Returns the name of a parameter that holds NaN or infinity; null if all values are finite.</summary>
    public string? NonFinite()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        return Parameters.FirstOrDefault(entry => !entry.Parameter.isfinite().all().item<bool>()).Name;
    }

    /// <summary>Returns the trained state of the model by name. The tensors are live.</summary>
    public IReadOnlyDictionary<string, Tensor> Model() => TrainableParameters.State(_model.Backbone, _model.Classifier);

    /// <summary>Returns all tensors by their names in a checkpoint. They are live.</summary>
    public IReadOnlyCollection<KeyValuePair<string, Tensor>> All() =>
        [
            .. Named(TrainingCheckpoint.ModelPrefix, Model()),
            .. Named(TrainingCheckpoint.OptimizerPrefix, Optimizer.State),
            .. Average is null ? [] : Named(TrainingCheckpoint.AveragePrefix, Average.Tensors),
            .. Best is null ? [] : Named(TrainingCheckpoint.BestPrefix, Best.Tensors),
            .. Start is null ? [] : Named(TrainingCheckpoint.StartPrefix, Start.Tensors),
        ];

    /// <summary>Returns the trained tensors of the model in a checkpoint.</summary>
    public static WeightSource ModelOf(TrainingCheckpoint checkpoint) => checkpoint.Tensors(TrainingCheckpoint.ModelPrefix);

    /// <summary>Copies a checkpoint's values in.</summary>
    public void Load(TrainingCheckpoint checkpoint)
    {
        IReadOnlyDictionary<string, Tensor> state = Model();
        if (Best is not null && checkpoint.Best is WeightSource best)
        {
            WeightLoader.Load(state, best);
            Best.Keep();
        }

        WeightLoader.Load(state, ModelOf(checkpoint));
        if (Average is not null)
            WeightLoader.Load(Average.Tensors, checkpoint.Tensors(TrainingCheckpoint.AveragePrefix));
        if (Start is not null)
            WeightLoader.Load(Start.Tensors, checkpoint.Tensors(TrainingCheckpoint.StartPrefix));
        using DisposeScope scope = NewDisposeScope();
        WeightSource optimizer = checkpoint.Tensors(TrainingCheckpoint.OptimizerPrefix);
        FiniteValues.Check(optimizer, optimizer.Tensors.Keys);
        Optimizer.LoadState(optimizer.Tensors.Keys.ToDictionary(name => name, optimizer.Read));
    }

    public void Dispose()
    {
        Optimizer.Dispose();
        Average?.Dispose();
        Best?.Dispose();
        Start?.Dispose();
    }

    private static IEnumerable<KeyValuePair<string, Tensor>> Named(string prefix, IEnumerable<KeyValuePair<string, Tensor>> tensors) =>
        tensors.Select(entry => KeyValuePair.Create(prefix + entry.Key, entry.Value));
}
