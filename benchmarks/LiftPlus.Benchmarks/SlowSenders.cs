using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace LiftPlus.Benchmarks;

/// <summary>
/// Keeps connections to a server busy with uploads that do not end: half of them send a byte now and then, the others just enough to pass
/// samples/WebApi's minimum rate. A connection that the server closes is opened again.
/// </summary>
internal sealed class SlowSenders : IAsyncDisposable
{
    private const int SilentBytesPerTick = 1,
        SteadyBytesPerTick = 256;
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(200);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _all;
    private int _open,
        _opened;

    private SlowSenders(Uri server, int count, byte[] image) =>
        _all = Task.WhenAll(Enumerable.Range(0, count).Select(i => Task.Run(() => SendAsync(server, image, i % 2 == 0))));

    /// <summary>Gets the number of connections opened so far.</summary>
    public int Opened => _opened;

    /// <summary>Starts the senders and waits until each has sent its first bytes.</summary>
    public static async Task<SlowSenders> StartAsync(Uri server, int count, byte[] image)
    {
        var senders = new SlowSenders(server, count, image);
        while (Volatile.Read(ref senders._open) < count)
            await Task.Delay(10);
        return senders;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _all;
        _stop.Dispose();
    }

    private async Task SendAsync(Uri server, byte[] image, bool isSilent)
    {
        byte[] head = Encoding.ASCII.GetBytes(
            string.Create(
                CultureInfo.InvariantCulture,
                $"POST /classify HTTP/1.1\r\nHost: {server.Authority}\r\nContent-Type: image/jpeg\r\nContent-Length: {image.Length}\r\n\r\n"
            )
        );
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(server.Host, server.Port, _stop.Token);
                NetworkStream stream = client.GetStream();
                await stream.WriteAsync(head, _stop.Token);
                await stream.WriteAsync(image.AsMemory(0, image.Length / 4), _stop.Token);
                Interlocked.Increment(ref _opened);
                Interlocked.Increment(ref _open);
                await DripAsync(stream, image.AsMemory(image.Length / 4), isSilent ? SilentBytesPerTick : SteadyBytesPerTick);
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
            {
                // The server has had enough, or the measurement is over.
            }
        }
    }

    private async Task DripAsync(NetworkStream stream, ReadOnlyMemory<byte> rest, int bytesPerTick)
    {
        Task<int> answer = stream.ReadAsync(new byte[1], _stop.Token).AsTask();
        while (rest.Length > bytesPerTick && !answer.IsCompleted)
        {
            await Task.Delay(s_tick, _stop.Token);
            await stream.WriteAsync(rest[..bytesPerTick], _stop.Token);
            rest = rest[bytesPerTick..];
        }
    }
}
