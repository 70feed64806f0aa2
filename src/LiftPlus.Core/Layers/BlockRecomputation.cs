using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Layers;

/// <summary>
/// Applies activation checkpointing (arXiv 1604.06174) to one training step: every transformer block that is trained, or comes after one
/// that is, keeps only its input and is computed again in the backward pass. The gradients are the same; the forward pass of these blocks
/// runs twice. Blocks without gradients, and everything that is not a transformer block, are unaffected.
/// </summary>
/// <remarks>
/// The graph is cut at the blocks: each of them returns a leaf. After <c>loss.backward()</c> has given the last of these leaves a gradient,
/// <see cref="Backward"/> walks the blocks from the last to the first.
/// </remarks>
internal sealed class BlockRecomputation : IDisposable
{
    private readonly TransformerBlock[] _blocks;
    private readonly Stack<Segment> _segments = [];

    /// <summary>
    /// Begins a step: what the blocks compute from now on, until this is disposed, is computed again in <see cref="Backward"/>.
    /// </summary>
    /// <param name="blocks">The blocks of one or more towers.</param>
    public BlockRecomputation(IEnumerable<TransformerBlock> blocks)
    {
        _blocks = [.. blocks];
        foreach (TransformerBlock block in _blocks)
            block.Recomputation = this;
    }

    /// <summary>
    /// Completes <c>loss.backward()</c>, which must have been called: gives every trained parameter of the blocks, and before them, its
    /// gradient.
    /// </summary>
    public void Backward()
    {
        while (_segments.TryPop(out Segment? segment))
        {
            using (segment)
                segment.Backward();
        }
    }

    /// <summary>Ends the step and frees what is kept of it.</summary>
    public void Dispose()
    {
        while (_segments.TryPop(out Segment? segment))
            segment.Dispose();
        foreach (TransformerBlock block in _blocks)
            block.Recomputation = null;
    }

    /// <summary>Runs a block on x (B, N, D).</summary>
    internal Tensor Run(TransformerBlock block, Func<Tensor, Tensor> compute, Tensor x)
    {
        if (!is_grad_enabled() || !(x.requires_grad || block.parameters().Any(parameter => parameter.requires_grad)))
            return compute(x);
        var segment = new Segment(compute, x);
        _segments.Push(segment);
        return segment.Output;
    }

    /// <summary>Represents the pass of one block. Its tensors outlive the scopes of the forward pass.</summary>
    private sealed class Segment : IDisposable
    {
        private readonly Func<Tensor, Tensor> _compute;
        private readonly Tensor _input; // with the graph before the block, if it has one
        private readonly Randomness _random;

        public Segment(Func<Tensor, Tensor> compute, Tensor x)
        {
            _compute = compute;
            _input = x.alias().DetachFromDisposeScope();
            _random = new Randomness(x.device);
            using IDisposable noGrad = no_grad();
            Output = compute(x).DetachFromDisposeScope().requires_grad_(true);
        }

        /// <summary>Gets the block's output as a leaf: its gradient is collected here and goes no further.</summary>
        public Tensor Output { get; }

        public void Backward()
        {
            if (Output.grad is not Tensor gradient) // the loss does not depend on it
                return;
            using DisposeScope scope = NewDisposeScope();
            Tensor input = _input.detach().requires_grad_(_input.requires_grad);
            using (_random.Again())
                _compute(input).backward([gradient]);
            if (input.grad is Tensor before)
                _input.backward([before]);
        }

        public void Dispose()
        {
            Output.Dispose();
            _input.Dispose();
            _random.Dispose();
        }
    }

    /// <summary>
    /// Lets a block draw the same numbers twice (dropout). TorchSharp reads no state of a GPU's generator, so there each block starts from
    /// a seed, drawn on the CPU.
    /// </summary>
    private sealed class Randomness : IDisposable
    {
        private readonly Tensor _state;
        private readonly long? _seed;

        public Randomness(Device device)
        {
            if (device.type == DeviceType.CUDA)
            {
                using Tensor drawn = randint(long.MaxValue, [1], dtype: int64);
                cuda.manual_seed_all((_seed = drawn.item<long>()).Value);
            }

            _state = Generator.Default.get_state().DetachFromDisposeScope();
        }

        /// <summary>Restores the generators to where they were the first time, until the result is disposed.</summary>
        public IDisposable Again()
        {
            var present = new Randomness(CPU);
            Generator.Default.set_state(_state);
            if (_seed is long seed)
                cuda.manual_seed_all(seed);
            return new Return(present);
        }

        public void Dispose() => _state.Dispose();

        private sealed class Return(Randomness present) : IDisposable
        {
            public void Dispose()
            {
                Generator.Default.set_state(present._state);
                present.Dispose();
            }
        }
    }
}
