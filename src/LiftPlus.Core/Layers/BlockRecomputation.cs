using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Layers;

/// <summary>
/// Activation checkpointing (arXiv 1604.06174) of one training step: while it lasts, every transformer block that is trained, or stands behind one that
/// is, keeps its input alone, and computes its inside again when the backward pass comes to it. The gradients are the same; the forward pass of these
/// blocks is done twice. Blocks that need no gradient, and what is no transformer block, go on as they are.
/// </summary>
/// <remarks>
/// The graph is cut at the blocks: what each returns is a leaf. After <c>loss.backward()</c> has brought a gradient to the last of these leaves,
/// <see cref="Backward"/> walks the blocks from the last to the first.
/// </remarks>
internal sealed class BlockRecomputation : IDisposable
{
    private readonly TransformerBlock[] _blocks;
    private readonly Stack<Segment> _segments = [];

    /// <summary>Begins a step: what the blocks compute from now on, until this is disposed, is computed again in <see cref="Backward"/>.</summary>
    /// <param name="blocks">The blocks of one or more towers.</param>
    public BlockRecomputation(IEnumerable<TransformerBlock> blocks)
    {
        _blocks = [.. blocks];
        foreach (TransformerBlock block in _blocks)
            block.Recomputation = this;
    }

    /// <summary>Completes <c>loss.backward()</c>, which must have been called: gives every trained parameter of the blocks, and before them, its gradient.</summary>
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

    /// <summary>What a block makes of x, which is (B, N, D).</summary>
    internal Tensor Run(TransformerBlock block, Func<Tensor, Tensor> compute, Tensor x)
    {
        if (!is_grad_enabled() || !(x.requires_grad || block.parameters().Any(parameter => parameter.requires_grad)))
            return compute(x);
        var segment = new Segment(compute, x);
        _segments.Push(segment);
        return segment.Output;
    }

    /// <summary>One block's pass. Its tensors outlive the scopes of the forward pass.</summary>
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

        /// <summary>A leaf: gradients gather in it, not before it.</summary>
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
    /// Lets a block draw the same numbers twice (dropout). TorchSharp reads no state of a GPU's generator, so there each block starts from a seed, drawn on the CPU.
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

        /// <summary>Goes back to the draws of the first time, until what is returned is disposed.</summary>
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
