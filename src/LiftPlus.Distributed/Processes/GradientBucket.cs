using LiftPlus.Collectives;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Processes;

/// <summary>
/// Holds the gradients of some parameters, one after another, in as many slices as there are processes. This process adds up the slice of
/// its own number.
/// </summary>
internal sealed class GradientBucket : IDisposable
{
    private readonly Parameter[] _parameters;
    private readonly int _first;
    private readonly long[] _starts; // of each parameter, and the end
    private readonly ICollective _collective;
    private readonly long _slice;
    private readonly Tensor _sum;

    /// <summary>Takes parameters up to a number of values, at least one parameter.</summary>
    public GradientBucket(Parameter[] parameters, int first, long most, ICollective collective)
    {
        (_parameters, _first, _collective) = (parameters, first, collective);
        List<long> starts = [0];
        End = first;
        do starts.Add(starts[^1] + parameters[End++].numel());
        while (End < parameters.Length && starts[^1] + parameters[End].numel() <= most);
        _starts = [.. starts];
        _slice = (_starts[^1] + collective.Count - 1) / collective.Count;
        _sum = zeros(_slice).DetachFromDisposeScope();
    }

    /// <summary>Gets the number of the first parameter after the bucket.</summary>
    public int End { get; }

    /// <summary>Gets the number of values in all slices.</summary>
    public long PaddedLength => _slice * _collective.Count;

    /// <summary>Adds the gradients of every process to this process's slice.</summary>
    /// <param name="gradients">Those of this process, by parameter.</param>
    /// <param name="isPresent">Says whether a process has the gradient of a parameter.</param>
    /// <param name="hasSum">Says which parameters have a sum so far.</param>
    /// <param name="sent">Memory for the gradients of this process.</param>
    /// <param name="received">Memory for the slices of all.</param>
    public void Add(Tensor?[] gradients, Func<int, int, bool> isPresent, bool[] hasSum, Tensor sent, Tensor received)
    {
        for (int i = _first; i < End; i++)
        {
            if (gradients[i] is Tensor gradient)
                sent.narrow(0, Start(i), gradient.numel()).copy_(gradient.reshape(-1));
        }

        _collective.AllToAll(Bytes(sent), Bytes(received));
        for (int i = _first; i < End; i++)
        {
            bool isFirst = !hasSum[i];
            for (int rank = 0; rank < _collective.Count; rank++)
            {
                if (!isPresent(rank, i) || Part(i) is not (long from, long length))
                    continue;
                Tensor sum = _sum.narrow(0, from, length),
                    added = received.narrow(0, rank * _slice + from, length);
                _ = isFirst ? sum.copy_(added) : TensorMath.Add_(sum, added); // 0 + -0 is 0
                isFirst = false;
            }
        }
    }

    /// <summary>Sets the gradients to the sums of all slices.</summary>
    public void Complete(bool[] hasSum, Tensor received)
    {
        _collective.AllGather(Bytes(_sum, _slice), Bytes(received));
        for (int i = _first; i < End; i++)
        {
            if (!hasSum[i])
                continue;
            Parameter parameter = _parameters[i];
            Tensor sum = received.narrow(0, Start(i), parameter.numel()).reshape(parameter.shape);
            parameter.grad = empty_like(parameter).copy_(sum);
        }
    }

    public void Dispose() => _sum.Dispose();

    private long Start(int parameter) => _starts[parameter - _first];

    // Where the values of a parameter lie in this process's slice.
    private (long From, long Length)? Part(int parameter)
    {
        long begin = _collective.Rank * _slice,
            from = Math.Max(Start(parameter), begin),
            to = Math.Min(_starts[parameter - _first + 1], begin + _slice);
        return from < to ? (from - begin, to - from) : null;
    }

    private Span<byte> Bytes(Tensor values) => Bytes(values, PaddedLength);

    private static Span<byte> Bytes(Tensor values, long count) => values.bytes[..checked((int)(count * sizeof(float)))];
}
