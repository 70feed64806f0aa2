using System.Globalization;
using System.Net.Sockets;
using LiftPlus.Collectives;

namespace LiftPlus.DistributedProcess;

/// <summary>Moves bytes between processes of this machine over Unix sockets, all through process 0: for tests without MPI.</summary>
internal sealed class SocketCollective : ICollective
{
    private readonly NetworkStream[] _others; // of process 0, by number - 1; of the rest, process 0 alone

    private SocketCollective(string path, int rank, int count)
    {
        (Rank, Count) = (rank, count);
        var place = new UnixDomainSocketEndPoint(path);
        if (rank > 0)
        {
            _others = [Connect(place, (byte)rank)];
            return;
        }

        _others = new NetworkStream[count - 1];
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(place);
        listener.Listen(count);
        for (int i = 1; i < count; i++)
        {
            var stream = new NetworkStream(listener.Accept(), ownsSocket: true);
            _others[stream.ReadByte() - 1] = stream;
        }
    }

    public int Rank { get; }

    public int Count { get; }

    /// <summary>Joins the processes of LIFTPLUS_TEST_GROUP, "PATH RANK COUNT"; returns null if it is not set.</summary>
    public static SocketCollective? FromEnvironment() =>
        Environment.GetEnvironmentVariable("LIFTPLUS_TEST_GROUP")?.Split(' ') is [string path, string rank, string count]
            ? new(path, int.Parse(rank, CultureInfo.InvariantCulture), int.Parse(count, CultureInfo.InvariantCulture))
            : null;

    public void AllGather(ReadOnlySpan<byte> own, Span<byte> all)
    {
        byte[] gathered = Relay(
            own.ToArray(),
            parts => [.. Enumerable.Range(0, Count).Select(_ => parts.SelectMany(part => part).ToArray())],
            all.Length
        );
        gathered.CopyTo(all);
    }

    public void AllToAll(ReadOnlySpan<byte> own, Span<byte> received)
    {
        int part = own.Length / Count;
        byte[] mine = Relay(
            own.ToArray(),
            parts =>
                [.. Enumerable.Range(0, Count).Select(rank => parts.SelectMany(one => one.AsSpan(rank * part, part).ToArray()).ToArray())],
            own.Length
        );
        mine.CopyTo(received);
    }

    public void Abort() => Environment.Exit(1);

    // Gives the parts of all to process 0, which gives each what it makes of them.
    private byte[] Relay(byte[] own, Func<byte[][], byte[][]> make, int length)
    {
        if (Rank > 0)
        {
            _others[0].Write(own);
            byte[] answer = new byte[length];
            _others[0].ReadExactly(answer);
            return answer;
        }

        byte[][] parts = [own, .. _others.Select(_ => new byte[own.Length])];
        for (int i = 1; i < Count; i++)
            _others[i - 1].ReadExactly(parts[i]);
        byte[][] answers = make(parts);
        for (int i = 1; i < Count; i++)
            _others[i - 1].Write(answers[i]);
        return answers[0];
    }

    private static NetworkStream Connect(UnixDomainSocketEndPoint place, byte rank)
    {
        while (true)
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                socket.Connect(place);
                var stream = new NetworkStream(socket, ownsSocket: true);
                stream.WriteByte(rank);
                return stream;
            }
            catch (SocketException) // process 0 is not there yet
            {
                socket.Dispose();
                Thread.Sleep(20);
            }
        }
    }
}
