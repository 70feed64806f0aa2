using LiftPlus.Collectives;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Processes;

/// <summary>
/// Adds up gradients over the processes in the order of the micro-batches, which is the order in which one process accumulates them. Each
/// process receives one slice of all gradients, adds them up, and gives the sums back when the step is complete.
/// </summary>
internal sealed class GradientExchange : IGradientExchange
{
    private const long ValuesPerBucket = 4 << 20; // 16 MiB

    private readonly ProcessGroup _group;
    private readonly ICollective _collective;
    private readonly Parameter[] _parameters;
    private readonly List<GradientBucket> _buckets = [];
    private readonly bool[] _hasSum; // of each parameter
    private readonly Tensor _sent,
        _received;

    public GradientExchange(ProcessGroup group, ICollective collective, Parameter[] parameters)
    {
        (_group, _collective, _parameters) = (group, collective, parameters);
        _hasSum = new bool[parameters.Length];
        for (int first = 0; first < parameters.Length; )
        {
            var bucket = new GradientBucket(parameters, first, ValuesPerBucket, collective);
            _buckets.Add(bucket);
            first = bucket.End;
        }

        long longest = _buckets.Count == 0 ? 0 : _buckets.Max(bucket => bucket.PaddedLength);
        _sent = zeros(longest).DetachFromDisposeScope();
        _received = zeros(longest).DetachFromDisposeScope();
    }

    public IReadOnlyList<MicroBatchResult> Add(MicroBatchResult own)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        Tensor?[] gradients = [.. _parameters.Select(parameter => parameter.grad)];
        byte[] present = [.. gradients.Select(gradient => gradient is null ? (byte)0 : (byte)1)];
        byte[][] all = [.. _group.Gather([.. present, .. own.ToBytes()])];
        _group.Exchange(() =>
        {
            foreach (GradientBucket bucket in _buckets)
                bucket.Add(gradients, (rank, parameter) => all[rank][parameter] != 0, _hasSum, _sent, _received);
        });
        for (int i = 0; i < _parameters.Length; i++)
        {
            _parameters[i].grad = null;
            _hasSum[i] |= all.Any(one => one[i] != 0);
        }

        return [.. all.Select(one => MicroBatchResult.From(one[_parameters.Length..]))];
    }

    public void Complete()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        _group.Meet(Meeting.Complete);
        _group.Exchange(() =>
        {
            foreach (GradientBucket bucket in _buckets)
                bucket.Complete(_hasSum, _received);
        });
        Array.Clear(_hasSum);
    }

    public void Dispose()
    {
        _buckets.ForEach(bucket => bucket.Dispose());
        _sent.Dispose();
        _received.Dispose();
    }
}
