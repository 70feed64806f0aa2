using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Optimization;

/// <summary>
/// Updates parameters from their gradients. Unlike TorchSharp's own optimizers it holds the numbers it passes to native code, takes the
/// learning rate with each step, and names its state, so that a checkpoint can carry it. Owns that state, not the parameters.
/// </summary>
public abstract class Optimizer : IDisposable
{
    private readonly List<Slot> _slots = [];
    private readonly Dictionary<double, Scalar> _held = [];

    /// <summary>Creates the optimizer.</summary>
    /// <exception cref="LiftPlusException">Two parameters share a name.</exception>
    protected Optimizer(IEnumerable<OptimizedParameter> parameters)
    {
        var names = new HashSet<string>();
        foreach (OptimizedParameter parameter in parameters)
        {
            if (!names.Add(parameter.Name))
            {
                throw new LiftPlusException(
                    $"Two parameters to optimize are named '{parameter.Name}'; names are the keys of the optimizer's state, so each needs its own."
                );
            }

            _slots.Add(new Slot(parameter));
        }
    }

    /// <summary>What is being optimized, in the given order.</summary>
    public IReadOnlyList<OptimizedParameter> Parameters => [.. _slots.Select(slot => slot.Target)];

    /// <summary>
    /// The state by name, <c>"&lt;parameter&gt;.&lt;entry&gt;"</c>: live tensors that the optimizer owns. Empty before the first step.
    /// </summary>
    public IReadOnlyDictionary<string, Tensor> State =>
        _slots
            .SelectMany(slot => slot.State, (slot, entry) => (Key: $"{slot.Target.Name}.{entry.Key}", entry.Value))
            .ToDictionary(entry => entry.Key, entry => entry.Value);

    /// <summary>Applies one update to every parameter that has a gradient.</summary>
    /// <param name="learningRate">The learning rate of this step, 0 or more; each parameter's factor is applied to it.</param>
    public void Step(double learningRate)
    {
        using IDisposable noGrad = no_grad();
        using DisposeScope scope = NewDisposeScope();
        ReleaseHeld(); // numbers of the step before; native code is done with them
        foreach (Slot slot in _slots)
        {
            if (slot.Target.Parameter.grad is Tensor gradient)
                Update(slot, gradient, learningRate * slot.Target.LearningRateFactor);
        }
    }

    /// <summary>Drops every gradient.</summary>
    public void ZeroGrad()
    {
        foreach (Slot slot in _slots)
            slot.Target.Parameter.grad = null;
    }

    /// <summary>Replaces the state by a copy of what <see cref="State"/> once returned.</summary>
    /// <exception cref="LiftPlusException">An entry belongs to no parameter, is unknown, or has another shape. Nothing is changed then.</exception>
    public void LoadState(IReadOnlyDictionary<string, Tensor> state)
    {
        using IDisposable noGrad = no_grad();
        using DisposeScope scope = NewDisposeScope();
        var places = new List<(Slot Slot, string Entry, Tensor Value)>();
        foreach ((string key, Tensor value) in state)
        {
            int dot = key.LastIndexOf('.');
            Slot? slot = dot < 0 ? null : _slots.Find(candidate => key.AsSpan(0, dot).SequenceEqual(candidate.Target.Name));
            string entry = key[(dot + 1)..];
            if (slot is null || NewEntry(slot.Target, entry) is not Tensor place)
            {
                throw new LiftPlusException(
                    $"The optimizer state has '{key}', which is no state of any optimized parameter; it was saved with other settings or another model."
                );
            }

            if (!place.shape.SequenceEqual(value.shape))
            {
                throw new LiftPlusException(
                    $"The optimizer state '{key}' has shape ({string.Join(", ", value.shape)}), wanted ({string.Join(", ", place.shape)}); "
                        + "it was saved with another model."
                );
            }

            places.Add((slot, entry, place.copy_(value)));
        }

        foreach (Slot slot in _slots)
            slot.Clear();
        foreach ((Slot slot, string entry, Tensor value) in places)
            slot.Keep(entry, value);
    }

    /// <summary>Frees the state.</summary>
    public void Dispose()
    {
        foreach (Slot slot in _slots)
            slot.Clear();
        ReleaseHeld();
        GC.SuppressFinalize(this);
    }

    /// <summary>Updates one parameter in place from its gradient. Runs without gradient tracking inside a dispose scope.</summary>
    protected abstract void Update(Slot slot, Tensor gradient, double learningRate);

    /// <summary>A new zero state entry of a parameter, or null for a name that this optimizer does not use.</summary>
    protected abstract Tensor? NewEntry(OptimizedParameter target, string entry);

    /// <summary>A parameter's state entry, zero when it is new.</summary>
    protected Tensor Entry(Slot slot, string entry) =>
        slot.State.TryGetValue(entry, out Tensor? kept) ? kept : slot.Keep(entry, NewEntry(slot.Target, entry)!);

    /// <summary>A number for native code, kept alive until the next step begins.</summary>
    protected Scalar Held(double value)
    {
        if (!_held.TryGetValue(value, out Scalar? held))
            _held.Add(value, held = TensorMath.Hold(value));
        return held;
    }

    private void ReleaseHeld()
    {
        foreach (Scalar held in _held.Values)
            held.Dispose();
        _held.Clear();
    }

    /// <summary>A parameter and its state.</summary>
    protected sealed class Slot
    {
        private readonly Dictionary<string, Tensor> _state = [];

        internal Slot(OptimizedParameter target) => Target = target;

        /// <summary>The parameter.</summary>
        public OptimizedParameter Target { get; }

        /// <summary>Its state.</summary>
        public IReadOnlyDictionary<string, Tensor> State => _state;

        /// <summary>Takes ownership of a new entry.</summary>
        public Tensor Keep(string entry, Tensor value)
        {
            _state.Add(entry, value.DetachFromDisposeScope());
            return value;
        }

        internal void Clear()
        {
            foreach (Tensor value in _state.Values)
                value.Dispose();
            _state.Clear();
        }
    }
}
