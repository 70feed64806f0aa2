using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace LiftPlus.Tests.Hub;

/// <summary>A request as it came in.</summary>
internal sealed record WebRequest(string Method, string Path, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>First byte asked for; 0 without a range.</summary>
    public long From => Headers.TryGetValue("Range", out string? range) ? long.Parse(range["bytes=".Length..].TrimEnd('-')) : 0;
}

/// <summary>
/// An answer as it goes out: nothing is checked, so that it can lie. Without <c>Length</c> the body ends with the connection; a body that
/// is cut short or falls silent does so after <c>Stop</c> bytes.
/// </summary>
internal sealed record WebAnswer(int Status, byte[] Body, params (string Name, string Value)[] Headers)
{
    public long? Length { get; init; } = Body.Length;

    public int? Stop { get; init; }

    public bool FallsSilent { get; init; }

    /// <summary>The time before each byte of the body; zero sends it at once.</summary>
    public TimeSpan Drip { get; init; }
}

/// <summary>A web server on this machine that breaks rules on demand; one request for each connection.</summary>
internal sealed class WebServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<WebRequest, WebAnswer> _answer;
    private readonly Task _loop;

    public WebServer(Func<WebRequest, WebAnswer> answer)
    {
        _answer = answer;
        _listener.Start();
        _loop = Task.Run(AcceptAsync);
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>Every request, in order.</summary>
    public ConcurrentQueue<WebRequest> Requests { get; } = [];

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        _loop.Wait();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
                _ = Task.Run(() => ServeAsync(client));
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        try
        {
            using (client)
            using (NetworkStream stream = client.GetStream())
            {
                if (await ReadAsync(stream) is not WebRequest request)
                    return;
                Requests.Enqueue(request);
                await WriteAsync(stream, request, _answer(request));
                client.Client.Shutdown(SocketShutdown.Send);
                // Wait until the other side has closed, so that no data is lost.
                _ = await stream.ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false, _stop.Token);
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            // The other side went away, or the test is over.
        }
    }

    private async Task WriteAsync(NetworkStream stream, WebRequest request, WebAnswer answer)
    {
        var head = new StringBuilder($"HTTP/1.1 {answer.Status} x\r\nConnection: close\r\n");
        if (answer.Length is long length)
            head.Append($"Content-Length: {length}\r\n");
        foreach ((string name, string value) in answer.Headers)
            head.Append($"{name}: {value}\r\n");
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head.Append("\r\n").ToString()), _stop.Token);
        ReadOnlyMemory<byte> body =
            request.Method == "HEAD" ? default : answer.Body.AsMemory(0, Math.Min(answer.Stop ?? int.MaxValue, answer.Body.Length));
        for (int i = 0; answer.Drip > TimeSpan.Zero && i < body.Length; i++)
        {
            await Task.Delay(answer.Drip, _stop.Token);
            await stream.WriteAsync(body.Slice(i, 1), _stop.Token);
        }

        if (answer.Drip == TimeSpan.Zero)
            await stream.WriteAsync(body, _stop.Token);
        if (answer.FallsSilent)
            await Task.Delay(Timeout.Infinite, _stop.Token);
    }

    private static async Task<WebRequest?> ReadAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        if ((await reader.ReadLineAsync())?.Split(' ') is not [string method, string path, _])
            return null;
        Dictionary<string, string> headers = new(StringComparer.OrdinalIgnoreCase);
        while (await reader.ReadLineAsync() is string { Length: > 0 } line)
            headers[line[..line.IndexOf(':')]] = line[(line.IndexOf(':') + 1)..].Trim();
        return new WebRequest(method, path, headers);
    }
}
