using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using LiftPlus.TestSupport;

namespace LiftPlus.Data.Tests;

/// <summary>Fetching from a server of the test's own.</summary>
public sealed class CifarDownloadTests : IDisposable
{
    private readonly TestImages _folder = new();
    private readonly byte[] _content = new byte[3_000_000];

    public CifarDownloadTests() => new Random(1).NextBytes(_content);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task AnArchiveIsFetchedOnce_WithProgress()
    {
        using var server = new Server("HTTP/1.1 200 OK", _content, _content.Length);
        var reports = new List<DownloadProgress>();
        string path = await Fetch(server, new Collector(reports));
        Assert.Equal(_folder.PathOf("to/cifar-100-python.tar.gz"), path);
        Assert.Equal(_content, File.ReadAllBytes(path));
        Assert.Equal(new DownloadProgress("cifar-100-python.tar.gz", _content.Length, _content.Length), reports[^1]);
        Assert.True(reports.Count >= 3);
        Assert.Equal("/data/cifar-100-python.tar.gz", server.Asked);
        server.Dispose();
        Assert.Equal(path, await Fetch(server, null)); // it is there, so no server is asked
        Assert.Single(Directory.GetFiles(_folder.PathOf("to")));
    }

    [Theory]
    [InlineData("HTTP/1.1 404 Not Found", 0, "404")]
    [InlineData("HTTP/1.1 200 OK", 3_000_000, "has the MD5")] // less comes than was said, or other bytes
    [InlineData("HTTP/1.1 200 OK", 4_000_000, "cannot be fetched")]
    public async Task WhatIsWrongIsSaid_AndNothingIsLeftBehind(string status, int said, string words)
    {
        _content[7] ^= 1;
        using var server = new Server(status, said == 0 ? [] : _content, said);
        _content[7] ^= 1;
        LiftPlusException e = await Assert.ThrowsAsync<LiftPlusException>(() => Fetch(server, null, md5: new string('0', 32)));
        Assert.Contains(words, e.Message);
        Assert.Contains(_folder.PathOf("to"), e.Message);
        Assert.Empty(Directory.GetFiles(_folder.PathOf("to")));
    }

    [Fact]
    public async Task AnEndlessArchiveIsCutOff()
    {
        using var server = new Server("HTTP/1.1 200 OK", _content, long.MaxValue, repeats: 100);
        LiftPlusException e = await Assert.ThrowsAsync<LiftPlusException>(() => Fetch(server, null));
        Assert.Contains("It has more than 256 MiB", e.Message);
        Assert.Empty(Directory.GetFiles(_folder.PathOf("to")));
    }

    [Fact]
    public async Task AServerThatDoesNotAnswerIsAnError()
    {
        var server = new Server("", [], 0);
        server.Dispose();
        Assert.Contains("cannot be fetched", (await Assert.ThrowsAsync<LiftPlusException>(() => Fetch(server, null))).Message);
    }

    [Fact]
    public async Task CancellingLeavesNothingBehind()
    {
        using var server = new Server("HTTP/1.1 200 OK", _content, 100_000_000, keepOpen: true);
        using var cancel = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Fetch(server, new Collector([], cancel.Cancel), cancel.Token));
        Assert.Empty(Directory.GetFiles(_folder.PathOf("to")));
    }

    [Fact]
    public async Task AFolderThatCannotBeIsSaid()
    {
        using var server = new Server("HTTP/1.1 200 OK", _content, _content.Length);
        _folder.WriteText("to", "a file");
        Assert.Contains("choose another folder", (await Assert.ThrowsAsync<LiftPlusException>(() => Fetch(server, null))).Message);
    }

    [Fact]
    public void AFaultAtAnyStep_LeavesAWholeArchiveOrNone()
    {
        using var server = new Server("HTTP/1.1 200 OK", _content, _content.Length);
        string folder = _folder.PathOf("to"),
            file = _folder.PathOf("to/cifar-100-python.tar.gz");
        FaultInjection.Run(
            () =>
            {
                if (File.Exists(file))
                    File.Delete(file);
            },
            () => Fetch(server, null).GetAwaiter().GetResult(),
            thrown =>
            {
                if (File.Exists(file))
                    Assert.Equal(_content, File.ReadAllBytes(file));
                else
                    Assert.NotNull(thrown);
                if (thrown is LiftPlusException)
                    Assert.Contains(folder, thrown.Message);
            },
            () => Assert.Equal([file], Directory.GetFiles(folder)),
            Rounds.Count(1) > 1 ? null : [Fault.Error, Fault.Crash]
        );
    }

    [Fact]
    public async Task OtherNamesAreRefused() =>
        Assert.Contains(
            "'ImageNet-LT' cannot be downloaded by name",
            (await Assert.ThrowsAsync<LiftPlusException>(() => CifarDownload.FetchAsync("ImageNet-LT", _folder.Root))).Message
        );

    private Task<string> Fetch(Server server, IProgress<DownloadProgress>? progress, CancellationToken ct = default, string? md5 = null)
    {
        CifarArchive archive = CifarArchive.All[2] with { Md5 = md5 ?? Convert.ToHexStringLower(MD5.HashData(_content)) };
        return CifarDownload.FetchAsync(server.Address, archive, _folder.PathOf("to"), progress, ct);
    }

    private sealed class Collector(List<DownloadProgress> into, Action? then = null) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value)
        {
            into.Add(value);
            then?.Invoke();
        }
    }

    // Answers every request alike, and closes the line behind it.
    private sealed class Server : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly TaskCompletionSource _end = new();

        public Server(string status, byte[] content, long said, bool keepOpen = false, int repeats = 1)
        {
            _listener.Start();
            Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/data/");
            byte[] sent = [.. content];
            _ = Task.Run(async () =>
            {
                while (true)
                {
                    using TcpClient client = await _listener.AcceptTcpClientAsync();
                    NetworkStream stream = client.GetStream();
                    byte[] request = new byte[4096];
                    int read = await stream.ReadAsync(request);
                    Asked = Encoding.ASCII.GetString(request, 0, read).Split(' ')[1];
                    await stream.WriteAsync(Encoding.ASCII.GetBytes($"{status}\r\nContent-Length: {said}\r\nConnection: close\r\n\r\n"));
                    try
                    {
                        for (int i = 0; i < repeats; i++)
                            await stream.WriteAsync(sent);
                    }
                    catch (IOException)
                    {
                        continue; // the caller has gone
                    }

                    if (keepOpen)
                        await _end.Task;
                }
            });
        }

        public Uri Address { get; }

        public string? Asked { get; private set; }

        public void Dispose()
        {
            _end.TrySetResult();
            _listener.Stop();
        }
    }
}
