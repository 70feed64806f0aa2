using LiftPlus.Files;

namespace LiftPlus.Core.Tests.Files;

public sealed class SteadyReaderTests
{
    [Fact]
    public async Task ASilentSenderIsGivenUp()
    {
        var reader = new SteadyReader(new Sender(0), TimeSpan.FromMilliseconds(20), 10);
        TimeoutException late = await Assert.ThrowsAsync<TimeoutException>(() => reader.ReadAsync(new byte[5], default).AsTask());
        Assert.Equal("no data arrived within 0 s", late.Message);
    }

    [Fact]
    public async Task TooLittleIsNotEnough_AndEnoughStartsAgain()
    {
        var reader = new SteadyReader(new Sender(24), TimeSpan.FromSeconds(2), 10);
        int read = 0;
        TimeoutException late = await Assert.ThrowsAsync<TimeoutException>(async () =>
        {
            while (await reader.ReadAsync(new byte[1], default) is int more and > 0)
                read += more;
        });
        Assert.Equal((24, "only 4 bytes arrived within 2 s"), (read, late.Message)); // two times ten bytes were enough
    }

    [Fact]
    public async Task CancellingIsNoTimeout()
    {
        using var cancel = new CancellationTokenSource();
        var reader = new SteadyReader(new Sender(0), TimeSpan.FromMinutes(1), 10);
        Task<int> read = reader.ReadAsync(new byte[5], cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
    }

    // Gives a number of bytes and then nothing, without an end.
    private sealed class Sender(int bytes) : MemoryStream(new byte[bytes])
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (await base.ReadAsync(buffer, cancellationToken) is int read and > 0)
                return read;
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return 0;
        }
    }
}
