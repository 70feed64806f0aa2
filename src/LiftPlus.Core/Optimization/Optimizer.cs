using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Optimization;

/// <summary>
/// Updates parameters from their gradients. Unlike TorchSharp's own optimizers, it keeps the numbers that it passes to native code alive,
/// takes the learning rate with each step, and names its state, so that a checkpoint can store it. It owns the state, not the parameters.
/// </summary>
public abstract class Optimizer : IDisposable
{
    private readonly List<Slot> _slots = [];
    private readonly Dictionary<double, Scalar> _held = [];
    private bool _isDisposed;

    /// <summary>Creates the optimizer.</summary>
    /// <exception cref="LiftPlusException">Two parameters share a name.</exception>
    protected Optimizer(IEnumerable<OptimizedParameter> parameters)
    {
        LibTorch.EnsureLoaded();
        var names = new HashSet<string>();
        foreach (OptimizedParameter parameter in parameters)
        {
            if (!names.Add(parameter.Name))
            {
                throw new LiftPlusException(
                    $"Two parameters to optimize are named '{parameter.Name}'. "
                        + "Give each its own name: it is the key of the optimizer's state."
                );
            }

            _slots.Add(new Slot(parameter));
        }
    }

    /// <summary>
    /// Gets the state by name, <c>"&lt;parameter&gt;.&lt;entry&gt;"</c>, as live tensors that the optimizer owns. It is empty before the
    /// first step.
    /// </summary>
    public IReadOnlyDictionary<string, Tensor> State =>
        Alive(_slots)
            .SelectMany(slot => slot.State, (slot, entry) => (Key: $"{slot.Target.Name}.{entry.Key}", entry.Value))
            .ToDictionary(entry => entry.Key, entry => entry.Value);

    /// <summary>Updates every parameter that has a gradient.</summary>
    /// <param name="learningRate">The learning rate of this step, 0 or more. Each parameter's factor multiplies it.</param>
    public void Step(double learningRate)
    {
        using IDisposable noGrad = no_grad();
        using DisposeScope scope = NewDisposeScope();
        ReleaseHeld(); // the numbers of the previous step, which native code no longer uses
        foreach (Slot slot in Alive(_slots))
        {
            if (slot.Target.Parameter.grad is Tensor gradient)
                Update(slot, gradient, learningRate * slot.Target.LearningRateFactor);
        }
    }

    /// <summary>Removes every gradient.</summary>
    public void ZeroGrad()
    {
        foreach (Slot slot in Alive(_slots))
            slot.Target.Parameter.grad = null;
    }

    /// <summary>Replaces the state with a copy of an earlier <see cref="State"/>.</summary>
    /// <exception cref="LiftPlusException">
    /// An entry matches no parameter, is unknown, or has the wrong shape. The state is unchanged.
    /// </exception>
    public void LoadState(IReadOnlyDictionary<string, Tensor> state)
    {
        using IDisposable noGrad = no_grad();
        using DisposeScope scope = NewDisposeScope();
        List<Slot> slots = Alive(_slots);
        var places = new List<(Slot Slot, string Entry, Tensor Value)>();
        foreach ((string key, Tensor value) in state)
        {
            int dot = key.LastIndexOf('.');
            Slot? slot = dot < 0 ? null : slots.Find(candidate => key.AsSpan(0, dot).SequenceEqual(candidate.Target.Name));
            string entry = key[(dot + 1)..];
            if (slot is null || NewEntry(slot.Target, entry) is not Tensor place)
            {
                throw new LiftPlusException(
                    $"The optimizer state has '{key}', which matches no optimized parameter. "
                        + "It was saved with other settings or another model; continue with those."
                );
            }

            if (!place.shape.SequenceEqual(value.shape))
            {
                throw new LiftPlusException(
                    $"The optimizer state '{key}' has shape ({string.Join(", ", value.shape)}) "
                        + $"instead of ({string.Join(", ", place.shape)}). It was saved with another model; continue with that one."
                );
            }

            places.Add((slot, entry, place.copy_(value)));
        }

        foreach (Slot slot in slots)
            slot.Clear();
        foreach ((Slot slot, string entry, Tensor value) in places)
            slot.Keep(entry, value);
    }

    /// <summary>Frees the state.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        foreach (Slot slot in _slots)
            slot.Clear();
        ReleaseHeld();
        GC.SuppressFinalize(this);
    }

    /// <summary>Updates one parameter in place from its gradient. Called inside a dispose scope, without gradient tracking.</summary>
    protected abstract void Update(Slot slot, Tensor gradient, double learningRate);

    /// <summary>Creates a zero state entry for a parameter; returns null for a name that this optimizer does not use.</summary>
    protected abstract Tensor? NewEntry(OptimizedParameter target, string entry);

    /// <summary>Gets a parameter's state entry, creating it as zero if it is missing.</summary>
    protected Tensor Entry(Slot slot, string entry) =>
        slot.State.TryGetValue(entry, out Tensor? kept) ? kept : slot.Keep(entry, NewEntry(slot.Target, entry)!);

    /// <summary>Returns a number for native code that stays alive until the next step begins.</summary>
    protected Scalar Held(double value)
    {
        if (!_held.TryGetValue(value, out Scalar? held))
            _held.Add(value, held = TensorMath.Hold(value));
        return held;
    }

    private T Alive<T>(T value)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return value;
    }

    private void ReleaseHeld()
    {
        foreach (Scalar held in _held.Values)
            held.Dispose();
        _held.Clear();
    }

    /// <summary>Holds a parameter and its state.</summary>
    protected sealed class Slot
    {
        private readonly Dictionary<string, Tensor> _state = [];

        internal Slot(OptimizedParameter target) => Target = target;

        /// <summary>Gets the parameter.</summary>
        public OptimizedParameter Target { get; }

        /// <summary>Gets the parameter's state.</summary>
        public IReadOnlyDictionary<string, Tensor> State => _state;

        /// <summary>Adds an entry and takes ownership of it.</summary>
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
